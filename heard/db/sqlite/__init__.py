"""Django's SQLite backend, with one file lock in front of every write."""
