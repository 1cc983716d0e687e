"""Debian's Chromium under playwright; nothing is downloaded."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.servers.common import ServerAbsent

FLAGS = [
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def find_chromium() -> Path:
    """The path of the browser. Raises ServerAbsent."""
    path = shutil.which("chromium")
    if path is None:
        raise ServerAbsent("chromium is not installed (Debian package chromium)")
    return Path(path)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser without a window and close it in the end. Raises ServerAbsent."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
