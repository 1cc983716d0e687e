"""`heard search rebuild`."""

import argparse

from heard.conversations.indexing.rebuilding import rebuild
from heard.lib.console import complain, say
from heard.lib.progress import Progress
from heard.search.services import empty_index, mend_index

INTERRUPTED = 130


def rebuild_search(args: argparse.Namespace) -> int:
    """Make everything findable again, batch by batch. May be interrupted; what is done is not done again."""
    empty_index() if args.empty else mend_index()
    progress = Progress("rows")
    done = 0
    try:
        for done, total in rebuild():
            progress.update(done, done / total if total else 1.0)
    except KeyboardInterrupt:
        progress.finish()
        complain("Stopped. Run the same command to go on; what is indexed already is only looked at.")
        return INTERRUPTED
    progress.finish()
    say(f"{done:,} rows were looked at; everything can be found.")
    return 0
