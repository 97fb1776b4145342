"""Calls with wrong arguments: a sentence for the caller, no traceback for the operator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from running_app import App

pytestmark = pytest.mark.xdist_group("space")

MODEL = "realfake-net"
JSON = {"Content-Type": "application/json"}
OTHER = "This call has other arguments than it needs"


@pytest.fixture
def uploaded(app: App, photo_paths: list[Path]) -> str:
    """The server's path of an uploaded photograph."""
    files = {"files": (photo_paths[0].name, photo_paths[0].read_bytes())}
    path: str = httpx.post(f"{app.url}gradio_api/upload", files=files, timeout=60).json()[0]
    return path


def said(app: App, call: str, data: list[Any]) -> str:
    """The error of a call that must fail, and that must leave nothing in the log."""
    log = app.temporary.parent / "app.log"
    before = log.read_text().count("Traceback")
    address = f"{app.url}gradio_api/call/{call}"
    event = httpx.post(address, content=json.dumps({"data": data}), headers=JSON, timeout=60).json()["event_id"]
    answer = httpx.get(f"{address}/{event}", timeout=60).text
    assert answer.startswith("event: error"), answer
    assert log.read_text().count("Traceback") == before
    error = json.loads(answer.partition("data: ")[2])["error"]
    assert isinstance(error, str), answer
    return error


@pytest.mark.parametrize("image", [5, "x.jpg", [], {"path": 5}, {"path": "a\0b"}])
def test_an_image_that_is_none_is_refused(app: App, image: Any) -> None:
    for call, argument in (("judge", image), ("judge_batch", image), ("judge_batch", [image])):
        if (call, argument) != ("judge_batch", []):
            assert said(app, call, [argument, MODEL]).startswith(OTHER)


@pytest.mark.parametrize("mark", [{}, {"meta": {}}, {"meta": {"_type": "gradio.FileData"}}, {"is_stream": True}])
def test_a_file_of_the_server_that_nobody_uploaded_is_not_looked_at(
    app: App, photo_paths: list[Path], uploaded: str, mark: dict[str, Any]
) -> None:
    stored = str(Path(uploaded).parent)
    for path in (photo_paths[0], "/etc/passwd", f"{stored}/../../../app.log", stored):
        image = {"path": str(path), **mark}
        for error in (said(app, "judge", [image, MODEL]), said(app, "judge_batch", [[image], MODEL])):
            assert error.startswith((OTHER, "Give a file"))


def test_arguments_that_are_missing_are_refused(app: App) -> None:
    assert said(app, "judge", []).startswith(OTHER)
    assert said(app, "judge_batch", [None, None]).startswith("There is nothing to judge")


def test_a_model_that_is_none_is_refused(app: App, uploaded: str) -> None:
    photo = {"path": uploaded, "meta": {"_type": "gradio.FileData"}}

    assert said(app, "judge", [photo, None]).startswith("There is no model None here: choose from")
    assert "not in the list of choices" in said(app, "judge", [photo, 0])
    assert len(said(app, "judge", [photo, "x" * 100_000])) < 400


def test_a_folder_in_place_of_a_file_is_refused(app: App, uploaded: str) -> None:
    folder = {"path": str(Path(uploaded).parent), "meta": {"_type": "gradio.FileData"}}

    assert said(app, "judge", [folder, MODEL]) == "Give a file, not a folder."
    assert said(app, "judge_batch", [[folder], MODEL]) == "Give a file, not a folder."


def test_a_function_that_the_app_does_not_have_is_no_fault_of_the_app(app: App) -> None:
    answer = httpx.post(f"{app.url}gradio_api/call/judje", json={"data": []}, timeout=60)

    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("There is no such call: see")
