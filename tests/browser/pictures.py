"""Pictures of a running demo, for people to look at: every main page, wide and narrow, light and dark.

    python -m tests.browser.pictures http://127.0.0.1:8000

writes build/shots/PAGE-WIDTH-SCHEME.png; three of them stand in the README, copied by hand to docs/pictures.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page

from heard.demo.company import PASSWORD
from tests.servers.chromium import chromium

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "shots"
SIZES = {"wide": {"width": 1280, "height": 800}, "narrow": {"width": 360, "height": 740}}
AGENT = {
    "home": "/", "inbox": "/inbox/", "conversation": "first:/inbox/", "people": "/people/", "person": "first:/people/",
    "search": "/search/?q=tent", "policies": "/policies/", "profile": "/profile/",
}  # fmt: skip
OPERATOR = {
    "quarantine": "/operate/quarantine/", "ledger": "/operate/ledger/", "tasks": "/operate/tasks/", "mailboxes": "/mailboxes/",
    "mailbox": "first:/mailboxes/", "colleagues": "/operate/colleagues/",
}  # fmt: skip


def log_in(page: Page, address: str) -> None:
    page.goto("/log-in/")
    page.locator("input[name=username]").fill(address)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button").filter(has_text="Log in").click()
    page.wait_for_url(lambda url: "/log-in/" not in url)


def go(page: Page, place: str) -> None:
    """Open an address, or with `first:` the first thing that its list leads to."""
    page.goto(place.removeprefix("first:"))
    if place.startswith("first:"):
        rows = page.locator("main .row__link")
        page.goto((rows if rows.count() else page.locator("main a")).first.get_attribute("href") or "/")


def take_all(browser: Browser, url: str) -> None:
    for address, pages in (("alice@tarnandtrail.example", AGENT), ("omar@tarnandtrail.example", OPERATOR)):
        for size, viewport in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(base_url=url, viewport=viewport, color_scheme=scheme, locale="en-GB")
                page = context.new_page()
                log_in(page, address)
                for name, place in pages.items():
                    go(page, place)
                    page.screenshot(path=SHOTS / f"{name}-{size}-{scheme}.png")
                context.close()


def main(url: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        take_all(browser, url)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
