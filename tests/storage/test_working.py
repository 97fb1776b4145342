"""A terminal is told what takes long; a pipe is not."""

from __future__ import annotations

import io
import time

import pytest
from tqdm import tqdm

from realfake_hf.storage.working import CLEAR, watched, working


class Terminal(io.StringIO):
    """Says that it is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


def wait_for(terminal: Terminal, text: str) -> None:
    for _ in range(500):
        if text in terminal.getvalue():
            return
        time.sleep(0.01)
    raise AssertionError(f"{text!r} was not shown: {terminal.getvalue()!r}")


def test_long_work_is_named_and_the_line_goes_away(terminal):
    with watched(terminal, patience=0.05):
        with working("Reading the data"):
            wait_for(terminal, "Reading the data ... ")
        assert terminal.getvalue().endswith(CLEAR)


def test_inner_step_is_the_one_that_is_named(terminal):
    with watched(terminal, patience=0.05), working("Evaluating"), working("Loading the model"):
        wait_for(terminal, "Loading the model ... ")
    assert "Evaluating" not in terminal.getvalue()


def test_function_can_be_marked(terminal):
    @working("Drawing")
    def draw() -> int:
        wait_for(terminal, "Drawing ... ")
        return 7

    with watched(terminal, patience=0.05):
        assert draw() == 7


@pytest.mark.parametrize("patience", [0.05])
def test_short_work_and_bars_are_left_alone(terminal, patience):
    with watched(terminal, patience=10), working("Reading"):
        time.sleep(0.1)
    with watched(terminal, patience=patience), tqdm(total=3, file=io.StringIO(), disable=False), working("Reading"):
        time.sleep(0.3)
    assert terminal.getvalue() == ""


def test_pipe_stays_quiet():
    pipe = io.StringIO()
    with watched(pipe, patience=0.01), working("Reading"):
        time.sleep(0.1)
    assert pipe.getvalue() == ""
