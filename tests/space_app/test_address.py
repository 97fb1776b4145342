"""Fetching an image, where the operator allows it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import httpcore
import pytest

from realfake_hf.errors import RealFakeError
from space_app import address
from space_app.address import fetch_image, is_public

CONTENT = b"bytes of an image"
LONG_NAME = "\U00020000" * 76 + ".jpg"
"""Of eighty characters, of which most take four bytes."""


class Web(BaseHTTPRequestHandler):
    """A file, a way to it, a circle, and nothing else."""

    def do_GET(self) -> None:
        code, location = {
            "/photo.jpg": (200, None),
            "/way": (302, "/photo.jpg"),
            "/circle": (302, "/circle"),
            "/inside": (302, "http://10.0.0.1/secret"),
            "/nowhere": (302, None),
            "/unchanged": (304, None),
            "/no-port": (302, "http://photos.example:99999/"),
            f"/{quote(LONG_NAME)}": (200, None),
        }.get(self.path, (404, None))
        self.send_response(code)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on loopback that passes for a public one; other hosts are checked as ever."""
    check = address._public_address

    async def public(host: str) -> str:
        return "127.0.0.1" if host == "photos.example" else await check(host)

    monkeypatch.setattr(address, "_public_address", public)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://photos.example:{server.server_port}"
    server.shutdown()


def fetch(url: str, folder: Path, limit: int = 1000) -> Path:
    with ThreadPoolExecutor() as pool:  # Playwright, where other tests use it, keeps a loop running in this thread
        return pool.submit(asyncio.run, fetch_image(url, folder, limit)).result()


def test_an_image_is_fetched_over_a_redirect_too(web: str, tmp_path: Path) -> None:
    fetched = fetch(f"{web}/way", tmp_path)

    assert fetched.name == "photo.jpg"
    assert fetched.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/circle", "leads through more than 3 others"),
        ("/gone", "answers 404"),
        ("/inside", "10.0.0.1 is no public host"),
        ("/nowhere", "answers 302: check the address"),
        ("/unchanged", "answers 304: check the address"),
        ("/no-port", "no web address of an image"),
    ],
)
def test_what_does_not_lead_to_an_image_gets_a_sentence(web: str, tmp_path: Path, path: str, sentence: str) -> None:
    with pytest.raises(RealFakeError, match=sentence):
        fetch(web + path, tmp_path)


def test_a_name_longer_than_a_file_system_takes_keeps_its_end(web: str, tmp_path: Path) -> None:
    fetched = fetch(f"{web}/{LONG_NAME}", tmp_path)

    assert fetched.read_bytes() == CONTENT
    assert fetched.suffix == ".jpg"


def test_an_image_that_cannot_be_kept_is_not_called_unreachable(web: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(RealFakeError, match=r"There is no room here for the image from photos\.example"):
        fetch(f"{web}/photo.jpg", tmp_path / "file")


def test_no_more_is_read_than_the_limit(web: str, tmp_path: Path) -> None:
    with pytest.raises(RealFakeError, match="larger than"):
        fetch(f"{web}/photo.jpg", tmp_path, limit=5)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a", "http://[::1]/a", "http://169.254.169.254/latest", "http://100.64.0.1/", "http://0/",
        "http://2130706433/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::a00:1]/",
        "http://[2002:7f00:1::]/", "http://[ff02::1]/", "http://224.0.0.1/", "http://localhost/",
    ],
)  # fmt: skip
def test_hosts_that_are_not_public_are_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(RealFakeError, match="is no public host"):
        fetch(url, tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://a.example/b", "photo.jpg", "", "http://u:p@a.example/", "http://a.example:99999/",
        "http://a.example:-1/", "http://xn--/", "\ud800",
    ],
)  # fmt: skip
def test_other_schemes_and_passwords_and_what_is_no_address_are_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(RealFakeError, match="no web address of an image"):
        fetch(url, tmp_path)


@pytest.mark.parametrize("address_of_web", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_hosts_of_the_open_web_are_not_refused(address_of_web: str) -> None:
    assert is_public(address_of_web)


def test_name_that_changes_its_address_is_connected_to_by_the_one_that_was_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]]
    connected: list[str] = []

    async def resolve(self: object, host: str, port: object, **kwargs: object) -> list[tuple]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0)) for ip in answers.pop(0)]

    async def connect(self: object, host: str, *args: object, **kwargs: object) -> None:
        connected.append(host)
        raise httpcore.ConnectError("no network here")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    monkeypatch.setattr("httpcore._backends.auto.AutoBackend.connect_tcp", connect)
    with pytest.raises(RealFakeError, match=r"rebound\.example cannot be reached"):
        fetch("http://rebound.example/photo.jpg", tmp_path)
    assert (connected, len(answers)) == (["8.8.8.8"], 2)


def test_name_with_one_address_inside_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(self: object, host: str, port: object, **kwargs: object) -> list[tuple]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0)) for ip in ("8.8.8.8", "192.168.1.1")]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    with pytest.raises(RealFakeError, match="is no public host"):
        fetch("http://both.example/photo.jpg", tmp_path)
