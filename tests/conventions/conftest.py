"""The world of the conventions, made once for a file of tests: every test finds it as it was made."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.conventions.world import World
from tests.factories import make_conversation, make_customer, make_mailbox, make_team, make_user


@pytest.fixture(scope="module")
def settled_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """In a transaction around all tests of the file, which is rolled back in the end; theirs are savepoints in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _made()
        transaction.set_rollback(True)


@pytest.fixture
def world(settled_world: World, db: None) -> World:
    """A copy, because a test may change the objects."""
    return copy.deepcopy(settled_world)


def _made() -> World:
    support, sales = make_team("Support"), make_team("Sales")
    alice, bob = make_user("Alice", teams=(support,)), make_user("Bob", teams=(support,))
    rita, dora = make_user("Rita", role="reader", teams=(support,)), make_user("Dora", role="lead", teams=(support,))
    charlie, root = make_user("Charlie", teams=(sales,)), make_user("Root", role="admin")
    mailbox = make_mailbox(support)
    ada = make_customer(audience=mailbox.audience)
    world = World(alice, bob, rita, dora, charlie, root, sales, ada, mailbox, make_conversation(mailbox, customer=ada))
    world.make_everything()
    return world
