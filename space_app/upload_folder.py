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
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    _remove_abandoned(folder.parent, folder.stat().st_uid)
    before = tempfile.tempdir
    try:
        with FileLock(folder / LOCK):
            os.environ["GRADIO_TEMP_DIR"] = tempfile.tempdir = str(folder)
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


def _remove_abandoned(place: Path, user: int) -> None:
    for lock in place.glob(f"{PREFIX}*/{LOCK}"):
        with suppress(Timeout, OSError):  # in use, or gone meanwhile
            if lock.parent.lstat().st_uid != user or lock.is_symlink():
                continue  # where others write too, opening their lock could empty a file of ours to which it leads
            with FileLock(lock, timeout=0):
                pass
            shutil.rmtree(lock.parent, ignore_errors=True)
