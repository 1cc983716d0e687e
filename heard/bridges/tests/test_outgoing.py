"""Where bridges may go, and what they make of servers that misbehave."""

import socket
import threading
from contextlib import contextmanager

import pytest

from heard.bridges.outgoing import Client, Trouble, is_allowed, place_of

HERE = "127.0.0.0/8"


@contextmanager
def answering(*answers: bytes):
    """A server that reads one request for each answer, sends it as it is, and closes in the end."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for answer in answers:
                connection, _ = server.accept()
                with connection:
                    asked.append(connection.recv(65536))
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", asked
        thread.join(timeout=2)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1", "0.0.0.0", "224.0.0.1"]
)
def test_addresses_inside_are_refused_unless_named(settings, address):
    settings.BRIDGE_HOSTS = []
    assert not is_allowed("crm.example.org", [address])
    assert not is_allowed("crm.example.org", ["93.184.215.14", address])
    settings.BRIDGE_HOSTS = ["crm.example.org"]
    assert is_allowed("crm.example.org", [address])


def test_a_network_that_is_named_is_open_and_no_other(settings):
    settings.BRIDGE_HOSTS = ["10.0.3.0/24"]
    assert is_allowed("x", ["10.0.3.9"])
    assert not is_allowed("x", ["10.0.4.9"])
    assert is_allowed("x", ["93.184.215.14"])


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "file:///etc/passwd", "http://", "http://a@b.example/", "http://a b/", "http://a:99999/", "x"]
)
def test_what_is_no_address_of_the_web_is_refused(url):
    with pytest.raises(Trouble, match="wrong_address"):
        place_of(url)


def test_an_answer_comes_with_its_headers_and_no_redirect_to_elsewhere_is_followed(settings):
    settings.BRIDGE_HOSTS = [HERE]
    there = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with answering(there) as (url, asked), Client(url, headers={"Authorization": "secret"}) as client:
        answer = client.request("GET", "a/b?c=d", follow=True)
    assert answer.status == 302
    assert b"GET /a/b?c=d " in asked[0]
    assert len(asked) == 1


def test_an_answer_that_is_cut_off_is_no_answer(settings):
    settings.BRIDGE_HOSTS = [HERE]
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf"
    with answering(cut) as (url, _), Client(url) as client, pytest.raises(Trouble, match="broken_off"):
        client.request("PUT", "x", body=b"card")


def test_an_answer_may_not_be_too_large(settings):
    settings.BRIDGE_HOSTS = [HERE]
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n" + b"x" * 5000
    with answering(large) as (url, _), Client(url, most_bytes=1000) as client, pytest.raises(Trouble, match="too_large"):
        client.request("GET")


def test_something_that_speaks_no_http_is_told_from_silence(settings):
    settings.BRIDGE_HOSTS = [HERE]
    with answering(b"220 mail.example.org ESMTP\r\n") as (url, _), Client(url) as client, pytest.raises(Trouble, match="not_http"):
        client.request("GET")
    with Client("http://127.0.0.1:1/") as client, pytest.raises(Trouble, match="unreachable"):
        client.request("GET")


def test_the_address_is_looked_at_before_anything_is_sent(settings):
    settings.BRIDGE_HOSTS = []
    with Client("http://127.0.0.1:1/") as client, pytest.raises(Trouble, match="not_allowed"):
        client.request("GET")
