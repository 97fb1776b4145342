"""Ctrl-C in a finalizer ends the command, and shows no traceback."""

from __future__ import annotations

import subprocess
import sys

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


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)


def test_an_interrupt_in_a_finalizer_reaches_the_program():
    ended = run(INTERRUPTED)
    assert (ended.stdout, ended.stderr) == ("interrupted\n", "")


def test_other_faults_of_finalizers_are_still_shown():
    assert "a fault in a finalizer" in run(FAILING).stderr
