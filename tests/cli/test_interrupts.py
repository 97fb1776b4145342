"""Ctrl-C in a finalizer ends the command without a traceback; other requests to end; threads, which get none."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

INTERRUPTED = """
import os, signal, time
from realfake_hf.cli.interrupts import raise_interrupts_of_finalizers

class Interrupted:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

signal.signal(signal.SIGINT, signal.default_int_handler)
raise_interrupts_of_finalizers()
try:
    Interrupted()
    time.sleep(30)
except KeyboardInterrupt:
    print("interrupted")
"""

FAILING = """
from realfake_hf.cli.interrupts import raise_interrupts_of_finalizers

class Failing:
    def __del__(self):
        raise ValueError("a fault in a finalizer")

raise_interrupts_of_finalizers()
Failing()
"""


HALF_MADE = """
from realfake_hf.cli.interrupts import raise_interrupts_of_finalizers

class HalfMade:
    def __init__(self):
        raise OSError("no more files")
        self.status = []

    def __del__(self):
        self.status.clear()

raise_interrupts_of_finalizers()
try:
    HalfMade()
except OSError as error:
    print(error)
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)


def test_an_interrupt_in_a_finalizer_reaches_the_program():
    ended = run(INTERRUPTED)
    assert (ended.stdout, ended.stderr) == ("interrupted\n", "")


def test_other_faults_of_finalizers_are_still_shown():
    assert "a fault in a finalizer" in run(FAILING).stderr


def test_what_was_never_whole_leaves_no_traceback_after_the_failure_itself():
    ended = run(HALF_MADE)
    assert (ended.stdout, ended.stderr) == ("no more files\n", "")


IN_A_THREAD = """
import threading
from realfake_hf.cli.main import main

thread = threading.Thread(target=main)
thread.start()
thread.join()
"""


def test_commands_run_in_a_thread(make_imagefolder):
    data = make_imagefolder({"train": 2}, size=48)
    program = [sys.executable, "-c", IN_A_THREAD, "push-data", str(data), "me/photos", "--dry-run", "--json"]
    ended = subprocess.run(program, capture_output=True, text=True, check=True, timeout=300)
    assert "train-00000-of-00001.parquet" in ended.stdout
    assert ended.stderr == ""


ENDED_WHILE_SENDING = """
import os, signal, sys, time
from pathlib import Path
from tempfile import gettempdir
from realfake_hf.cli.main import cli
import realfake_hf.hub.push_data

signal.signal(int(sys.argv[1]), signal.SIG_DFL)  # where the tests run under nohup, one of them is ignored

def ended(folder, *_, **__):
    assert list(folder.rglob("*.parquet"))
    os.kill(os.getpid(), int(sys.argv[1]))
    time.sleep(60)

sys.modules["realfake_hf.hub.push_data"].upload_folder = ended
cli.main(["push-data", sys.argv[2], "me/photos", "--dry-run"])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signals here")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_push_that_is_ended_leaves_no_copies_of_images(number: int, make_imagefolder, tmp_path: Path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    data = make_imagefolder({"train": 2}, size=48)
    program = [sys.executable, "-c", ENDED_WHILE_SENDING, str(int(number)), str(data)]
    ended = subprocess.run(program, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 128 + number, ended.stderr
    assert list(temporary.glob("realfake-*")) == []
