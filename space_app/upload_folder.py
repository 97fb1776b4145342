"""Where uploads lie while they are looked at: a folder of the app's own, which nothing outlives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX, LOCK = "realfake-uploads-", "in-use.lock"
JANITOR = Path(__file__).with_name("janitor.py")


@contextmanager
def upload_folder() -> Iterator[Path]:
    """The folder for temporary files of Gradio, and of all else in this process; removed at the end.

    Folders that apps left which were killed are removed first.
    """
    _remove_abandoned(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    before = tempfile.tempdir
    with FileLock(folder / LOCK):
        os.environ["GRADIO_TEMP_DIR"] = tempfile.tempdir = str(folder)
        try:
            yield folder
        finally:
            tempfile.tempdir = before
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def swept(folder: Path, seconds: float) -> Iterator[None]:
    """Let files that come into a folder be deleted after so many seconds, and all of it when this process is gone."""
    janitor = subprocess.Popen(
        [sys.executable, str(JANITOR), str(folder), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # a signal to the app's group does not reach it
    )
    assert janitor.stdin is not None
    assert janitor.stdout is not None
    janitor.stdout.readline()  # it has seen what lies there
    try:
        yield
    finally:
        janitor.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            janitor.wait(10)


def _remove_abandoned(place: Path) -> None:
    for lock in place.glob(f"{PREFIX}*/{LOCK}"):
        with suppress(Timeout, OSError):  # in use, or somebody else's
            with FileLock(lock, timeout=0):
                pass
            shutil.rmtree(lock.parent, ignore_errors=True)
