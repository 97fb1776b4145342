"""Uploads are gone in time, whatever happens to the app."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from running_app import App, free_port, start_app

from space_app.janitor import sweep
from space_app.upload_folder import LOCK, PREFIX, upload_folder

KEPT_SECONDS = 4


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process has its temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    return tmp_path


def test_folder_is_there_while_it_is_needed(place: Path) -> None:
    with upload_folder() as folder:
        assert Path(os.environ["GRADIO_TEMP_DIR"]) == Path(tempfile.gettempdir()) == folder
        (folder / "photo.jpg").write_bytes(b"x")
    assert list(place.iterdir()) == []
    assert Path(tempfile.gettempdir()) == place


def test_what_a_killed_app_left_is_removed_at_the_next_start_and_nobody_elses(place: Path) -> None:
    left, foreign = place / f"{PREFIX}left", place / f"{PREFIX}foreign"
    for folder in (left, foreign):
        folder.mkdir()
        (folder / "photo.jpg").write_bytes(b"x")
    (left / LOCK).touch()
    with upload_folder() as first, upload_folder():
        assert first.exists()
        assert not left.exists()
    assert foreign.exists()


def test_a_lock_that_leads_to_another_file_is_left_alone(place: Path) -> None:
    # Where everybody may write, a stranger's link could let this user empty a file of their own.
    trap, precious = place / f"{PREFIX}trap", place / "precious.txt"
    trap.mkdir()
    precious.write_text("mine")
    (trap / LOCK).symlink_to(precious)
    with upload_folder():
        assert precious.read_text() == "mine"
        assert trap.exists()


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give a folder away")
def test_another_users_folder_is_left_alone(place: Path) -> None:
    theirs = place / f"{PREFIX}theirs"
    theirs.mkdir()
    (theirs / LOCK).touch()
    os.chown(theirs, 12345, -1)
    with upload_folder():
        assert (theirs / LOCK).exists()


def test_nobody_else_on_the_machine_can_look_into_it(place: Path) -> None:
    with upload_folder() as folder:
        assert os.name == "nt" or folder.stat().st_mode & 0o077 == 0


def test_an_app_that_fails_to_start_leaves_no_folder(place: Path) -> None:
    def fails() -> None:
        with upload_folder():
            raise RuntimeError("no model")

    with pytest.raises(RuntimeError, match="no model"):
        fails()
    assert list(place.iterdir()) == []


def test_sweeping_takes_old_files_and_leaves_what_lay_there_first(tmp_path: Path) -> None:
    first, upload = tmp_path / "first", tmp_path / "a" / "upload"
    for file in (first, upload):
        file.parent.mkdir(exist_ok=True)
        file.touch()
    sweep(tmp_path, 60, frozenset({first}))
    assert upload.exists()
    sweep(tmp_path, -1, frozenset({first}))
    assert not upload.exists()
    assert first.exists()


@pytest.fixture
def forgetful_app(tmp_path: Path) -> Iterator[App]:
    """An app that keeps uploads for a few seconds."""
    port = free_port()
    command = [sys.executable, "-m", "realfake_hf.cli.main", "demo", "--port", str(port)]
    running = start_app(command, tmp_path, tmp_path / "tmp", port, REALFAKE_KEEP_SECONDS=str(KEPT_SECONDS))
    yield running
    running.process.kill()
    running.process.wait()


def uploaded(app: App) -> Path:
    """The file of a photograph that was uploaded."""
    files = {"files": ("photo.jpg", b"a photograph", "image/jpeg")}
    (path,) = httpx.post(f"{app.url}gradio_api/upload", files=files, trust_env=False).json()
    return Path(path)


def gone_within(path: Path, seconds: float) -> bool:
    """Whether it goes in that time."""
    until = time.monotonic() + seconds
    while path.exists() and time.monotonic() < until:
        time.sleep(0.1)
    return not path.exists()


def test_upload_is_deleted_in_time_and_at_once_when_the_app_is_killed(forgetful_app: App) -> None:
    app = forgetful_app
    first = uploaded(app)
    assert first.exists()
    assert gone_within(first, KEPT_SECONDS * 1.2 + 10)  # on a busy machine
    second = uploaded(app)
    os.kill(app.process.pid, signal.SIGKILL)
    assert gone_within(second, 10)
    assert gone_within(app.temporary / second.relative_to(app.temporary).parts[0], 10)
