"""What other web sites in a visitor's browser get of an app on that visitor's own machine."""

from __future__ import annotations

import httpx
import pytest
from running_app import App
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from space_app.other_sites import NO_FETCH, VARIABLE, OtherSites, is_loopback

pytestmark = pytest.mark.xdist_group("space")

HERE = {"Host": "127.0.0.1:7860"}
ELSEWHERE = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
PICTURE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}
FRAME = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}


def web(*, is_local: bool) -> TestClient:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse("answered")

    routes = [Route("/{path:path}", answer, methods=["GET", "POST"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(OtherSites, is_local=is_local)]))


@pytest.mark.parametrize(
    "headers",
    [{"Host": "elsewhere.example"}, {"Host": "elsewhere.example:7860"}, {"Host": ""}, {"Host": "[::1"},
     HERE | ELSEWHERE, HERE | {"Origin": "null"}, HERE | {"Origin": "http://127.0.0.1.elsewhere.example"},
     HERE | PICTURE, HERE | FRAME],
    ids=str,
)  # fmt: skip
def test_an_app_for_its_own_machine_answers_no_other_site(headers: dict[str, str]) -> None:
    for ask in (web(is_local=True).get, web(is_local=True).post):
        assert ask("/gradio_api/upload", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [HERE, {"Host": "localhost"}, {"Host": "[::1]:7860"}, HERE | {"Origin": "http://127.0.0.1:7860"},
     HERE | {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "cross-site"}],
    ids=str,
)  # fmt: skip
def test_it_answers_its_own_pages_and_programs(headers: dict[str, str]) -> None:
    for ask in (web(is_local=True).get, web(is_local=True).post):
        assert ask("/gradio_api/upload", headers=headers).text == "answered"


def test_a_link_from_elsewhere_may_be_followed() -> None:
    assert web(is_local=True).get("/", headers=HERE | LINK).text == "answered"
    assert web(is_local=True).post("/", headers=HERE | LINK).status_code == 403


def test_a_proxy_before_it_is_named_by_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    proxied = {"Host": "detector.example", "Origin": "https://detector.example"}
    assert VARIABLE in web(is_local=True).get("/", headers=proxied).json()["detail"]
    monkeypatch.setenv(VARIABLE, "other.example, Detector.example")
    assert web(is_local=True).get("/", headers=proxied).text == "answered"


def test_an_app_for_other_machines_is_called_by_any_name() -> None:
    for headers in ({"Host": "detector.example"}, {"Host": "10.0.0.7:7860"} | ELSEWHERE):
        assert web(is_local=False).get("/", headers=headers).text == "answered"


@pytest.mark.parametrize("is_local", [True, False])
def test_nobody_gets_a_file_fetched_from_the_web(is_local: bool) -> None:
    ask = web(is_local=is_local).get
    for path in (
        "gradio_api/file=https://photos.example/a",
        "file=HTTP://photos.example/a",
        "file/https:/photos.example",
    ):
        assert ask(f"/{path}", headers=HERE).json() == {"detail": NO_FETCH}
    assert ask("/gradio_api/file=/tmp/http/a.jpg", headers=HERE).text == "answered"


@pytest.mark.parametrize(("host", "expected"), [
    ("127.0.0.1", True), ("127.3.2.1", True), ("::1", True), ("[::1]", True), ("localhost", True),
    ("0.0.0.0", False), ("192.168.0.7", False), ("localhost.example", False), ("", False),
])  # fmt: skip
def test_what_a_machine_calls_itself(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_demo_is_guarded(app: App) -> None:
    def status(path: str, **headers: str) -> int:
        return httpx.get(app.url + path, headers=headers, trust_env=False).status_code

    assert status("config") == 200
    assert status("config", Host="elsewhere.example") == 403
    assert status("config", Origin="https://elsewhere.example") == 403
    assert status("gradio_api/file=https://photos.example/a.jpg") == 403
    upload = httpx.post(
        f"{app.url}gradio_api/upload", files={"files": b"x"}, headers=ELSEWHERE, trust_env=False
    )  # a form of another site, for which its browser asks nobody first
    assert upload.status_code == 403
