"""A Radicale of the tests' own: CardDAV with passwords, in a folder and on a port of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from heard.bridges.outgoing import Client, basic
from tests.servers.common import answers, free_port, server_folder, stop, wait_until

USER, PASSWORD = "ada", "secret"
MAKE_BOOK = """<?xml version="1.0" encoding="utf-8"?><d:mkcol xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:set><d:prop>
<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype><d:displayname>{name}</d:displayname></d:prop></d:set></d:mkcol>"""


@dataclass(frozen=True, slots=True)
class Radicale:
    """A running server; user `ada`, password `secret`. Acts here are those of another program that has the same address book."""

    port: int
    folder: Path
    user: str = USER
    password: str = PASSWORD

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def book(self, path: str) -> str:
        return f"{self.url}{USER}/{path}/"

    def make_book(self, path: str, name: str = "") -> str:
        """A new address book; its address."""
        assert self._ask("MKCOL", self.book(path), MAKE_BOOK.format(name=name or path)).status == 201
        return self.book(path)

    def put(self, path: str, name: str, text: str) -> None:
        """Write a card, over whatever is there."""
        answer = self._ask("PUT", f"{self.book(path)}{name}", text.replace("\n", "\r\n"))
        assert answer.status in {201, 204}, answer

    def get(self, path: str, name: str) -> str:
        """A card's text; "" when it is not there."""
        answer = self._ask("GET", f"{self.book(path)}{name}")
        return answer.body.decode() if answer.status == 200 else ""

    def delete(self, path: str, name: str) -> None:
        assert self._ask("DELETE", f"{self.book(path)}{name}").status in {200, 204}

    def names(self, path: str) -> list[str]:
        """The file names of all cards."""
        found = self.folder / "collections" / "collection-root" / USER / path
        return sorted(one.name for one in found.iterdir() if not one.name.startswith("."))

    def _ask(self, method: str, url: str, body: str = ""):
        headers = {**basic(USER, PASSWORD), "Content-Type": "text/vcard" if method == "PUT" else "application/xml"}
        with Client(url, headers=headers) as client:
            return client.request(method, body=body.encode())


@contextmanager
def radicale() -> Iterator[Radicale]:
    """Start a server in a temporary folder, wait until it answers, stop it in the end."""
    with server_folder("radicale") as folder:
        port = free_port()
        users = folder / "users"
        users.write_text(f"{USER}:{PASSWORD}\n")
        log = folder / "log"
        options = [
            f"--server-hosts=127.0.0.1:{port}", "--auth-type=htpasswd", f"--auth-htpasswd-filename={users}", "--auth-htpasswd-encryption=plain",
            f"--storage-filesystem-folder={folder / 'collections'}", "--auth-delay=0", "--config=",
        ]  # fmt: skip
        with log.open("w") as out:
            process = subprocess.Popen([sys.executable, "-m", "radicale", *options], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            wait_until(lambda: answers(port), process=process, log=log)
            yield Radicale(port, folder)
        finally:
            stop(process)
