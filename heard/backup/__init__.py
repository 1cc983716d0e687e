"""`heard backup` and `heard restore`: everything in one file that either database can read."""

from __future__ import annotations

import argparse

from heard.lib.console import complain, say


def run_backup(args: argparse.Namespace) -> int:
    """Write the backup while everything goes on. The file appears under its name only when it is whole."""
    from heard.backup.writing import write_backup

    try:
        done = write_backup(args.file, with_keys=not getattr(args, "without_keys", False))
    except OSError as problem:
        complain(f"heard backup: {args.file} could not be written ({problem.strerror})")
        return 1
    say(f"Wrote {args.file}: {done.rows:,} rows of {done.tables} tables, {done.files:,} files, {done.size / 1e6:,.1f} MB.")
    say(f"Newest seal: {done.anchor or 'none yet'}. Guard this file like the home folder: it holds the keys.")
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Bring a backup into an empty home and the database that is set; erases again what was erased since."""
    from heard.backup.restoring import CannotRestore, restore_backup

    try:
        done = restore_backup(args.file)
    except CannotRestore as problem:
        complain(f"heard restore: {problem}")
        return 1
    say(f"Restored {done.rows:,} rows and {done.files:,} files; erased again what was erased since: {done.erased_again:,}.")
    say("The search index is being made anew; run `heard serve`.")
    return 0
