"""What every address answers, to whom: one entry per URL, in the order of the URLs. An address without an entry fails the tests.

An entry is `Answers(get, post, where, data)`; the words are in `routes.py`. `w` is the world of `test_routes.py`: alice, bob, rita,
dora, charlie, root, ada, mailbox, conversation and what the tests add.
"""

from heard.ui.stylesheet import stylesheet
from tests.conventions.routes import NO_METHOD_AT_ALL, Answers, admins, everyone
from tests.factories import PASSWORD

ANSWERS: dict[str, Answers] = {
    # ground
    "healthz": Answers(get=everyone(200), post=NO_METHOD_AT_ALL),
    "ui:stylesheet": Answers(get=everyone(200), post=NO_METHOD_AT_ALL, where=lambda w: {"digest": stylesheet().digest}),
    "ui:preferences": Answers(get=NO_METHOD_AT_ALL, post=everyone(303), data={"theme": "dark"}),
    "ui:components": Answers(get=admins(200), post=(302, 405, 405, 405, 405, 405)),
    # accounts
    "accounts:log_in": Answers(
        get=(200, 302, 302, 302, 302, 302),
        post=everyone(302),
        data=lambda w: {"username": w.alice.email, "password": PASSWORD},
    ),
    "accounts:log_out": Answers(get=NO_METHOD_AT_ALL, post=everyone(302)),
}
