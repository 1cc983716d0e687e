"""Heard: listen, guide, engage, improve, prove.

SQLite comes from `pysqlite3` where a wheel exists: it bundles a version without the WAL-reset bug (fixed in SQLite 3.51.3), which can
lose committed writes when several processes write one file. Elsewhere the system's SQLite is used and `heard doctor` judges it.
"""

import sys

try:
    import pysqlite3
    import pysqlite3.dbapi2
except ImportError:  # no wheel for this machine
    pass
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
