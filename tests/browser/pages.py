"""Somebody at a browser: logs in, watches for what must not happen, is checked for accessibility."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

# Runs before the page's own scripts; a violation is written to the console, where `Visitor` reads it.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event => console.error(
  `CSP report: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))
"""
SHOTS = Path(__file__).parents[2] / "build" / "shots"


@dataclass
class Visitor:
    """One browser window in front of Heard at `url`. `options` are playwright's, such as `java_script_enabled=False`."""

    browser: "Browser"
    url: str
    options: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "timezone_id": "Europe/Madrid"} | self.options
        self.context = self.browser.new_context(base_url=self.url, **settings)
        self.context.set_default_timeout(10_000)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))

    def log_in(self, user: Any) -> "Visitor":
        """Come in as `user` without typing a password: a session row and its cookie."""
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore

        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": self.url}])
        return self

    def open(self, path: str) -> "Page":
        """Go to a path of Heard and return the page. A page that answers 4xx or 5xx fails the test."""
        answer = self.page.goto(path)
        assert answer is not None and answer.ok, f"{path} answered {answer and answer.status}"
        return self.page

    def accessibility_violations(self) -> list[str]:
        """What axe finds on the page as it is now (WCAG 2.2 A and AA), one line each."""
        rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
        self.page.evaluate("() => Promise.allSettled(document.getAnimations().map(one => one.finished))")  # no colour half-way
        found = Axe().run(self.page, options=rules).response["violations"]
        return [f"{item['id']}: {node['html'][:200]}" for item in found for node in item["nodes"]]

    def take_shot(self, name: str) -> Path:
        """Keep a picture of the page in build/shots for people to look at."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        self.page.screenshot(path=path, full_page=False)
        return path

    def leave(self) -> None:
        """Close the window. Fails when the page reported a violation of its policy or an uncaught error."""
        self.context.close()
        assert not self.problems, "\n".join(self.problems)

    def _heard(self, message: "ConsoleMessage") -> None:
        if message.type == "error" and ("CSP report" in message.text or "Content Security Policy" in message.text):
            self.problems.append(message.text)
