"""One server process holds pages (WSGI) and streams (ASGI): bodies arrive whole, streams end when it closes."""

import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from heard.lib.listening import listen
from tests.servers.common import stop
from tests.servers.installation import Installation


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from start(tmp_path_factory.mktemp("home"))


@pytest.fixture
def own_server(tmp_path):
    yield from start(tmp_path)


def start(home: Path):
    listener = listen("127.0.0.1", 0)
    environment = Installation(home=home).environment | {"DJANGO_SETTINGS_MODULE": "heard.settings"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.running.toy_server", str(listener.fileno())],
        pass_fds=[listener.fileno()],
        env=environment,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    process.port = listener.getsockname()[1]
    listener.close()
    assert process.stdout.readline().startswith(b"Heard is at http://")
    yield process
    stop(process)


def ask(server, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request(method, path, body=body, headers=headers or {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if answer.headers["content-type"] == "application/json" else text


def upload(content: bytes) -> tuple[bytes, dict[str, str]]:
    boundary = "x-heard-test"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f.bin"\r\nContent-Type: application/octet-stream\r\n\r\n'
    )
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


@pytest.mark.parametrize("size", [0, 1, 65_536, 1_000_000])
def test_the_body_of_a_post_arrives_whole(server, size):
    body = os.urandom(size)
    status, answer = ask(server, "POST", "/echo?a=%C3%A4&b=1", body, {"Content-Type": "application/octet-stream"})
    assert status == 200
    assert answer == {"method": "POST", "length": size, "sha256": hashlib.sha256(body).hexdigest(), "query": {"a": "ä", "b": "1"}}


def test_a_body_without_a_length_is_refused_rather_than_lost(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as visitor:
        visitor.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n")
        assert visitor.recv(1000).startswith(b"HTTP/1.1 411 ")


def test_an_upload_of_20_mb_arrives_whole(server):
    content = os.urandom(20 * 1024 * 1024)
    status, answer = ask(server, "POST", "/echo", *upload(content))
    assert (status, answer["sha256"]) == (200, hashlib.sha256(content).hexdigest())


def test_many_at_once_do_not_mix_their_bodies(server):
    wrong = []

    def post(n):
        body = bytes([n]) * (n * 5000 + 1)
        status, answer = ask(server, "POST", "/echo", body, {"Content-Type": "application/octet-stream"})
        if status != 200 or answer["sha256"] != hashlib.sha256(body).hexdigest():
            wrong.append(n)

    threads = [threading.Thread(target=post, args=[n]) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_a_visitor_who_leaves_in_the_middle_of_an_upload_harms_nobody(server):
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", server.port)) as rude:
            rude.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nonly this")
    assert ask(server, "POST", "/echo", b"polite", {"Content-Type": "text/plain"})[0] == 200


def test_an_unknown_address_is_404_and_head_has_no_body(server):
    assert ask(server, "GET", "/nowhere")[0] == 404
    assert ask(server, "HEAD", "/slow") == (200, b"")


def open_stream(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/events")
    answer = connection.getresponse()
    assert answer.readline() == b"data: tick\n"
    return connection, answer


def test_pages_are_served_beside_open_streams(server):
    streams = [open_stream(server) for _ in range(30)]
    assert ask(server, "GET", "/slow") == (200, b"slow")
    for connection, _ in streams:
        connection.close()
    assert ask(server, "POST", "/echo", b"after", {"Content-Type": "text/plain"})[1]["length"] == 5


def test_closing_ends_open_streams_and_lets_requests_finish(own_server):
    streams = [open_stream(own_server) for _ in range(10)]
    answers = []
    thread = threading.Thread(target=lambda: answers.append(ask(own_server, "GET", "/slow")))
    thread.start()
    time.sleep(0.3)
    own_server.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert own_server.wait(timeout=5) == 0
    thread.join(5)
    assert answers == [(200, b"slow")]
    for _, answer in streams:
        answer.read()  # ends; a stream that is cut off raises IncompleteRead
    assert time.monotonic() - began < 5
    assert b"Traceback" not in own_server.stdout.read()
