"""The style sheet, the components page and the log-in template."""

import gzip
import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from heard.ui.scripts import modules, write_import_map
from heard.ui.stylesheet import stylesheet
from heard.ui.tests.pages import OneField


def test_the_style_sheet_may_be_kept_for_ever_under_its_own_name(client: Client, db):
    answer = client.get(reverse("ui:stylesheet", args=[stylesheet().digest]), headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert gzip.decompress(answer.content) == stylesheet().text
    plain = client.get(reverse("ui:stylesheet", args=[stylesheet().digest]))
    assert plain.content == stylesheet().text


def test_an_old_name_of_the_style_sheet_is_not_answered_with_new_rules(client: Client, db):
    assert client.get(reverse("ui:stylesheet", args=["0" * 16])).status_code == 404


def test_the_style_sheet_stays_small():
    assert len(stylesheet().compressed) < 24_000


def test_every_module_that_scripts_import_is_in_the_map():
    from heard.ui.stylesheet import HERE

    known = modules()
    for path in (HERE / "js").glob("*.js"):
        for name in re.findall(r'(?:import|from) "([^"]+)"', path.read_text()):
            assert name in known, f"{path.name} imports {name}"
    assert "</script" not in write_import_map()


@pytest.mark.django_db
def test_administrators_see_every_component(client: Client, root):
    client.force_login(root)
    answer = client.get(reverse("ui:components"))
    assert answer.status_code == 200
    assert answer.text.count('class="promise') > 5


@pytest.mark.django_db
def test_the_components_page_is_for_administrators(client: Client, alice):
    address = reverse("ui:components")
    assert client.get(address).status_code == 302
    client.force_login(alice)
    assert client.get(address).status_code == 403


def test_the_log_in_page_says_what_was_wrong(rf):
    form = OneField({"email": "ada@example.org", "kind": "a"})
    form.add_error(None, "That e-mail and password do not belong together.")
    page = render_to_string("ui/login.html", {"form": form, "next": "/inbox/", "company": "Tarn & Trail"}, rf.get("/log-in/"))
    assert "<h1>Log in to Tarn &amp; Trail</h1>" in page
    assert 'name="next" value="/inbox/"' in page
    assert 'role="alert"' in page
