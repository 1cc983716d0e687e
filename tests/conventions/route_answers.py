"""What every address answers, to whom: one entry per URL, in the order of the URLs. An address without an entry fails the tests.

An entry is `Answers(get, post, where, data)`; the words are in `routes.py`. `w` is the world of `test_routes.py`: alice, bob, rita,
dora, charlie, root, ada, mailbox, conversation and what the tests add.
"""

from tests.conventions.routes import NO_METHOD, NO_METHOD_AT_ALL, Answers, everyone

ANSWERS: dict[str, Answers] = {
    # ground
    "healthz": Answers(get=everyone(200), post=NO_METHOD_AT_ALL),
}
