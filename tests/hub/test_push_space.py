"""The app goes to a Space without its tests and static variant, with its model as a variable."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub_server import HubServer

from realfake_hf.errors import RealFakeError
from realfake_hf.hub import Destination, push_space


def test_space_gets_the_app_and_knows_its_model(hub: HubServer) -> None:
    push = push_space("me/detector", Destination("me/real-or-fake"))
    space = hub.repository("me/real-or-fake", "space")
    assert push.url == f"{hub.endpoint}/spaces/me/real-or-fake"
    assert space.sdk == "gradio"
    assert space.variables["REALFAKE_MODEL"]["value"] == "me/detector"
    assert set(space.files) >= {"app.py", "README.md", "requirements.txt"}
    assert not [name for name in space.files if name.startswith(("static/", "tests/")) or "__pycache__" in name]


@pytest.mark.parametrize("model", ["runs/net", "../net", "no such thing"])
def test_model_that_a_space_cannot_see_is_refused(
    hub: HubServer, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "runs" / "net").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RealFakeError, match="A Space cannot load"):
        push_space(model, Destination("me/real-or-fake"))
    assert not hub.requests


def test_embedded_model_needs_no_push(hub: HubServer) -> None:
    assert push_space("realfake-net", Destination("me/app", dry_run=True)).files["app.py"] > 0
