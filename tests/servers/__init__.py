"""Real servers for the tests: each is started in a folder and on ports of its own, and stopped afterwards.

`postgresql()`, `dovecot()`, `opensmtpd()` and `submission()` are context managers. They need the Debian packages
listed in bin/packages and raise `ServerAbsent` with the reason when one is not there.
"""

from tests.servers.common import ServerAbsent, free_port
from tests.servers.dovecot import Dovecot, dovecot
from tests.servers.opensmtpd import OpenSMTPD, opensmtpd
from tests.servers.postgresql import PostgreSQL, postgresql
from tests.servers.submission import Submission, submission

__all__ = [
    "Dovecot",
    "OpenSMTPD",
    "PostgreSQL",
    "ServerAbsent",
    "Submission",
    "dovecot",
    "free_port",
    "opensmtpd",
    "postgresql",
    "submission",
]
