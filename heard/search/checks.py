"""What `heard doctor` asks the index."""

from heard.lib.checks import Finding, doctor_check, problem, warning
from heard.lib.db import is_postgres
from heard.search.index import present_index
from heard.search.index.postgres import NO_TRIGRAMS


@doctor_check("search index")
def index() -> list[Finding]:
    """Every document has its words, parts of names are found, and what is removed is overwritten."""
    found = []
    if missing := present_index().missing():
        found.append(problem(f"{missing} documents have no words. Run: heard search rebuild"))
    if is_postgres() and not present_index().finds_parts():
        found.append(warning(NO_TRIGRAMS))
    if not present_index().deletes_securely():
        found.append(warning("this SQLite is older than 3.42: erased words stay in the index file until they are merged away"))
    return found
