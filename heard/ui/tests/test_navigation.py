from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.urls import path

from heard.ui import navigation, panels


def page(request, **_names):
    return HttpResponse()


urlpatterns = [
    path("", page, name="home"),
    path("inbox/", page, name="inbox"),
    path("inbox/mine/", page, name="mine"),
    path("quarantine/", page, name="quarantine"),
    path("panel/<int:number>/", page, name="panel"),
]
pytestmark = pytest.mark.urls(__name__)
AGENT = SimpleNamespace(role="agent")
ADMIN = SimpleNamespace(role="admin")


@pytest.fixture(autouse=True)
def rail(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(panels, "_panels", {})
    navigation.add("main", "Inbox", "inbox", "inbox", 20, count=lambda user: navigation.Count(7, "late"))
    navigation.add("main", "Home", "home", "house", 10)
    navigation.add("main", "Mine", "mine", "user", 30, count=lambda user: 0)
    navigation.add("operate", "Quarantine", "quarantine", "shield-alert", count=lambda user: 3, roles=["admin"])
    navigation.add("company", "Nowhere", "no-such-page", "x")


def test_pages_stand_in_order_and_those_without_an_address_are_left_out():
    shown = navigation.navigation_for(AGENT, "/inbox/")
    assert [link.name for link in shown.main] == ["Home", "Inbox", "Mine"]
    assert shown.company == []


def test_the_nearest_page_is_here():
    assert [link.name for link in navigation.navigation_for(AGENT, "/inbox/12/").main if link.is_here] == ["Inbox"]
    assert [link.name for link in navigation.navigation_for(AGENT, "/inbox/mine/").main if link.is_here] == ["Mine"]
    assert not any(link.is_here for link in navigation.navigation_for(AGENT, "/elsewhere/").main)


def test_what_a_role_may_not_open_is_not_shown():
    assert navigation.navigation_for(AGENT, "/").operate == []
    assert [link.name for link in navigation.navigation_for(ADMIN, "/").operate] == ["Quarantine"]


def test_operations_are_a_rail_of_their_own_and_count_only_there():
    working, operating = navigation.navigation_for(ADMIN, "/inbox/"), navigation.navigation_for(ADMIN, "/quarantine/")
    assert not working.is_operating
    assert working.operate[0].count is None
    assert operating.is_operating
    assert operating.operate[0].count == navigation.Count(3)
    assert operating.main[1].count is None


def test_a_count_of_nothing_is_not_shown():
    counts = {link.name: link.count for link in navigation.navigation_for(AGENT, "/").main}
    assert counts == {"Home": None, "Inbox": navigation.Count(7, "late"), "Mine": None}


def test_an_unknown_section_is_refused():
    with pytest.raises(ValueError, match="no section"):
        navigation.add("sideways", "X", "home", "x")


def test_panels_answer_in_order_with_the_arguments_of_the_page():
    panels.add("conversation.aside", "panel", 20)
    panels.add("conversation.aside", "no-such-page", 10)
    assert panels.addresses("conversation.aside", 12) == ["/panel/12/"]
    assert panels.addresses("elsewhere", 12) == []
