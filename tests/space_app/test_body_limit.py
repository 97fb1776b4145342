"""How much a request may carry."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from running_app import App
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from space_app.body_limit import OTHERS, UPLOAD, BodyLimit
from space_app.limits import MEGABYTE, Limits


async def length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def web() -> TestClient:
    """An app that says how long a body is, below the limits of 1 MB an upload and 2 MB a batch."""
    limits = Limits(max_upload_mb=1, max_batch_mb=2)
    routes = [Route(path, length, methods=["POST"]) for path in (UPLOAD, "/call")]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(BodyLimit, limits=limits)]))


def in_pieces(count: int) -> Iterator[bytes]:
    """Megabytes without a declared length."""
    for _ in range(count):
        yield bytes(MEGABYTE)


def test_bodies_within_the_limits_arrive(web: TestClient) -> None:
    assert web.post(UPLOAD, content=bytes(3 * MEGABYTE)).text == str(3 * MEGABYTE)
    assert web.post("/call", content=bytes(OTHERS)).text == str(OTHERS)
    assert web.post(UPLOAD, content=in_pieces(3)).text == str(3 * MEGABYTE)


@pytest.mark.parametrize(("path", "megabytes"), [(UPLOAD, 4), ("/call", 5)])
def test_larger_ones_are_refused_whether_declared_or_not(web: TestClient, path: str, megabytes: int) -> None:
    for content in (bytes(megabytes * MEGABYTE), in_pieces(megabytes)):
        answer = web.post(path, content=content)
        assert answer.status_code == 413
        assert f"larger than the {megabytes - 1} MB" in answer.text


@pytest.mark.parametrize("length", ["-1", "many", ""])
def test_a_length_that_is_none_is_refused(web: TestClient, length: str) -> None:
    assert web.post("/call", content=b"x", headers={"Content-Length": length}).status_code == 413


@pytest.mark.parametrize(("path", "megabytes"), [("upload", 600), ("call/judge", 6)])
def test_the_app_refuses_by_the_declared_length_before_a_byte_of_it_is_sent(
    app: App, path: str, megabytes: int
) -> None:
    connection = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=60)
    connection.putrequest("POST", f"/gradio_api/{path}")
    connection.putheader("Content-Length", str(megabytes * MEGABYTE))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert "larger than the" in json.loads(answer.read())["detail"]
