"""The smallest valid things, made with the services the product itself uses.

Standing people: Alice answers in Support, Bob is her colleague there, Rita reads there, Dora leads it; Charlie belongs to Sales;
Root administers and belongs to no team; Ada is the customer.
"""

from tests.factories.arriving import arrive, work_off
from tests.factories.conversations import make_conversation, make_mailbox
from tests.factories.mail import make_mail
from tests.factories.people import PASSWORD, make_customer, make_team, make_user

__all__ = ["PASSWORD", "arrive", "make_conversation", "make_customer", "make_mail", "make_mailbox", "make_team", "make_user", "work_off"]
