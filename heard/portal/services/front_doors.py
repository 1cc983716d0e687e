"""What every customer's page says of the company."""

from __future__ import annotations

from django.db import transaction

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.text import storable
from heard.lib.time import now
from heard.portal.models import FrontDoor


@transaction.atomic
def change_front_door(*, company: str, phone: str, by: User) -> FrontDoor:
    """Set the company's name and telephone; empty ones are not shown."""
    door = FrontDoor.objects.select_for_update().order_by("pk").first() or FrontDoor()
    door.company, door.phone = storable(company.strip(), 80), storable(phone.strip(), 40)
    door.changed_by, door.changed_at = by, now()
    door.save()
    record_event("front_door.changed", door, actor=by)
    return door
