"""An operator brings people from a file and connects an address book: with scripts off on a narrow screen, and by what axe says."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from heard.people.models import Identity
from tests.browser.pages import Visitor
from tests.factories import make_team, make_user
from tests.servers.installation import RunningApp

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
NARROW = {"java_script_enabled": False, "viewport": {"width": 320, "height": 700}, "color_scheme": "dark"}
FILE = "Who;Mail;Born\nAda Lovelace;ada@example.org;03/04/1985\nBen;ben at example;\n"


def test_people_are_brought_without_scripts(browser: "Browser", live_app: RunningApp, tmp_path: Path):
    make_team("Support")
    root = make_user("Root", role="admin")
    path = tmp_path / "people.csv"
    path.write_text(FILE)
    visitor = Visitor(browser, live_app.url, NARROW).log_in(root)
    page = visitor.open("/operate/people-files/")
    page.get_by_label("CSV, vCard or jCard file").set_input_files(path)
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_text("1 people would be new").wait_for()
    page.get_by_label("Who", exact=True).select_option("name")
    page.get_by_text("How the file is written").click()
    page.get_by_label("03/04/1985 is").select_option("day")
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("1985-04-03").wait_for()
    page.get_by_role("button", name="Take them in").click()
    while "people new" not in page.content():
        page.wait_for_timeout(200)
        page.reload()
    assert Identity.objects.get(source="file:files").display_name == "Ada Lovelace"

    with_scripts = Visitor(browser, live_app.url).log_in(root)
    for place in ("/operate/people-files/", page.url.removeprefix(live_app.url), "/operate/address-books/new/", "/people/export/"):
        with_scripts.open(place)
        assert with_scripts.accessibility_violations() == [], place
    assert with_scripts.problems == []
