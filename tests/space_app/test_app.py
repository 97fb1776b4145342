"""The app as a Space runs it: its files at the top of a folder, `python app.py`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import gradio
import pytest
import yaml
from gradio_client import Client, handle_file
from running_app import free_port, start_app

import realfake_hf
import space_app

SOURCE = Path(space_app.__file__).parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A Space's checkout."""
    return shutil.copytree(SOURCE, tmp_path / "space", ignore=shutil.ignore_patterns("__pycache__", "static"))


def test_a_space_serves_the_files_beside_it_and_leaves_nothing_behind(
    checkout: Path, tmp_path: Path, tiny_model: Path, photo_paths: list[Path]
) -> None:
    head, port = checkout / "head.html", free_port()
    head.write_text(head.read_text().replace("Drop an image.", "Drop one here."))
    command = [sys.executable, "app.py"]
    settings = {"REALFAKE_MODEL": str(tiny_model), "REALFAKE_ALLOW_URLS": "1", "GRADIO_SERVER_PORT": str(port)}
    app = start_app(command, checkout, tmp_path / "tmp", port, **settings)
    try:
        client = Client(app.url, verbose=False)
        record = client.predict(handle_file(photo_paths[0]), tiny_model.name, api_name="/judge")
        kept = list(app.temporary.rglob(photo_paths[0].name))
    finally:
        app.process.terminate()
        code = app.process.wait(90)

    assert record["label"] in ("real", "unsure", "fake")
    assert "Drop one here." in str(client.config)
    assert "web address of an image" in str(client.config)
    assert kept
    assert code == 0
    assert list(app.temporary.rglob(photo_paths[0].name)) == []


def test_the_front_matter_is_what_the_hub_expects() -> None:
    _, front, _ = (SOURCE / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    values = yaml.safe_load(front)

    assert values["sdk"] == "gradio"
    assert values["sdk_version"] == gradio.__version__
    assert (SOURCE / values["app_file"]).is_file()
    assert len(values["short_description"]) <= 60
    assert {"title", "emoji", "colorFrom", "colorTo", "license"} <= set(values)


def test_the_requirements_name_this_version() -> None:
    assert (SOURCE / "requirements.txt").read_text() == f"realfake-hf[space]=={realfake_hf.__version__}\n"
