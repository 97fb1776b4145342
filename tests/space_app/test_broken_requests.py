"""Requests that Gradio would fail on: a sentence for the caller, a line and no traceback for the operator."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from running_app import App
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from space_app.broken_requests import BROKEN, NO_JSON, NO_SESSION, BrokenRequests
from space_app.refusals import MEANT

pytestmark = pytest.mark.xdist_group("space")

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=B"}


def refused(app: App, call: str, **options: Any) -> tuple[int, str]:
    """How a POST ended, which must leave no traceback in the log."""
    log = app.temporary.parent / "app.log"
    before = log.read_text().count("Traceback")
    answer = httpx.post(f"{app.url}gradio_api/{call}", timeout=60, **options)
    assert log.read_text().count("Traceback") == before
    return answer.status_code, answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b'{"data": [NaN]}', b'{"fn_index": 1e400}', b'{"session_hash": "\\ud800"}', b"[" * 99_999],
    ids=["cut off", "no UTF-8", "NaN", "too large", "half a surrogate", "deep"],
)
def test_what_is_no_json_is_refused(app: App, body: bytes) -> None:
    for call in ("queue/join", "call/judge", "run/judge", "cancel"):
        assert refused(app, call, content=body, headers=JSON) == (400, NO_JSON)


def test_a_session_without_a_name_is_refused(app: App) -> None:
    body = {"data": [], "fn_index": 0, "session_hash": ""}
    assert refused(app, "queue/join", json=body) == (400, NO_SESSION)


@pytest.mark.parametrize("body", [[], 5, {}, {"data": 5}, {"data": [], "fn_index": "x"}])
def test_a_body_that_lacks_something_is_refused_and_not_repeated(app: App, body: Any) -> None:
    assert refused(app, "queue/join", json=body) == (422, MEANT)


@pytest.mark.parametrize("number", [-1, 99_999, 10**25])
def test_a_function_by_a_number_that_is_none_is_refused(app: App, number: int) -> None:
    assert refused(app, "run/judge", json={"data": [], "fn_index": number}) == (400, BROKEN)


@pytest.mark.parametrize("call", ["call/v2/judge", "call/v2/gone"])
def test_named_arguments_that_do_not_fit_are_refused(app: App, call: str) -> None:
    assert refused(app, call, json={"picture": 5}) == (400, BROKEN)


def test_odd_uploads_are_refused(app: App) -> None:
    def part(disposition: str) -> bytes:
        return f"--B\r\nContent-Disposition: form-data; {disposition}\r\n\r\nx\r\n--B--\r\n".encode()

    for disposition in ('name="files"', "name=\"files\"; filename*=x''a"):
        assert refused(app, "upload", content=part(disposition), headers=FORM) == (400, BROKEN)
    long = {"Content-Type": f"multipart/form-data; boundary={'x' * 500}"}
    assert refused(app, "upload", content=b"x", headers=long) == (400, BROKEN)


def test_a_stream_of_events_that_nobody_asked_for_ends(app: App) -> None:
    log = app.temporary.parent / "app.log"
    before = log.read_text().count("Traceback")
    answer = httpx.get(f"{app.url}gradio_api/queue/data?session_hash=nobody", timeout=60)
    assert json.loads(answer.text.removeprefix("data: "))["session_not_found"]
    assert log.read_text().count("Traceback") == before
    assert "Refused GET '/gradio_api/queue/data'" in log.read_text()


def test_bodies_go_through_unchanged_and_faults_of_the_system_stay_faults() -> None:
    async def echo(request: Request) -> PlainTextResponse:
        return PlainTextResponse(await request.body())

    async def full(request: Request) -> PlainTextResponse:
        raise OSError(28, "No space left on device")

    async def breaks(request: Request) -> StreamingResponse:
        async def parts() -> Any:
            yield "first"
            raise RuntimeError("a fault of the app")

        return StreamingResponse(parts())

    routes = [Route("/echo", echo, methods=["POST"]), Route("/full", full), Route("/breaks", breaks)]
    web = TestClient(Starlette(routes=routes, middleware=[Middleware(BrokenRequests)]))
    for body in (b"", b"null", '{"data": ["ä", 1.5]}'.encode(), json.dumps(["x" * 200_000]).encode()):
        assert web.post("/echo", content=body, headers=JSON).content == body
    assert web.post("/echo", content=b"\xff", headers=FORM).content == b"\xff"
    with pytest.raises(OSError, match="No space left"):
        web.get("/full")
    with pytest.raises(RuntimeError, match="a fault of the app"):
        web.get("/breaks")
