"""A terminal is told what takes long; a pipe is not."""

from __future__ import annotations

import ast
import fcntl
import io
import os
import pty
import struct
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tqdm import tqdm

import realfake_hf
from realfake_hf.storage.durations import read_durations, remember_durations
from realfake_hf.storage.working import CLEAR, IMPORTING, Step, Watch, clear_line, counted, in_words, watched, working


class Terminal(io.StringIO):
    """Says that it is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Nothing of what other commands took on this machine."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


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


def test_counted_work_says_how_long_the_rest_will_take(terminal):
    with watched(terminal, patience=0.05), working("Reading the shards", total=1e9) as step:
        step.advance()
        wait_for(terminal, " h left")
        step.advance(1e9 - 2)
        wait_for(terminal, "about 10 s left")


def test_time_left_of_an_outer_step_is_called_by_its_name(terminal):
    with watched(terminal, patience=0.05), working("Six models", total=6) as models, working("Loading the model"):
        models.advance()
        wait_for(terminal, "Loading the model ... 0 s; Six models, about 10 s left")


def test_pace_so_far_tells_the_seconds_left():
    step = Step("Reading", 10)
    assert step.seconds_left(step.since + 5) is None
    step.advance(4)
    assert step.seconds_left(step.since + 8) == pytest.approx(12)
    assert Step("Waiting").seconds_left(1e9) is None
    assert Step("Waiting").left_in_words(1e9) == ""


def test_what_an_earlier_run_did_does_not_count_for_the_pace():
    step = Step("Training", 10)
    step.skip(8)
    step.advance()
    assert step.seconds_left(step.since + 60) == pytest.approx(60)


def test_items_are_counted_as_they_are_taken(terminal):
    with watched(terminal, patience=0.05):
        for number in counted("Drawing", iter(range(3)), total=3):
            wait_for(terminal, "Drawing ... ")
            if number == 1:
                wait_for(terminal, "Drawing ... 0 s, about 10 s left")
    assert list(counted("Drawing", "abc")) == ["a", "b", "c"]


def test_items_left_behind_take_their_step_with_them_only(terminal):
    with watched(terminal, patience=0.05), working("Evaluating"):
        items = counted("Drawing", "abc")
        next(items)
        with working("Writing"):
            items.close()
            wait_for(terminal, "Writing ... ")


def test_function_can_be_marked(terminal):
    @working("Drawing")
    def draw() -> int:
        wait_for(terminal, "Drawing ... ")
        return 7

    with watched(terminal, patience=0.05):
        assert draw() == 7


def test_short_work_is_left_alone(terminal):
    with watched(terminal, patience=10), working("Reading"):
        time.sleep(0.1)
    assert terminal.getvalue() == ""


def test_short_steps_in_a_row_leave_no_long_silence_at_the_start(terminal):
    with watched(terminal, patience=2.0):
        with working("Loading"):
            time.sleep(1.5)
        with working("Writing") as step:
            wait_for(terminal, "Writing ... ")
            assert time.monotonic() - step.since < 2.0
    assert "Loading" not in terminal.getvalue()


def test_bar_that_does_not_move_is_drawn_again_with_its_time(terminal):
    drawn = Terminal()
    watch = Watch(terminal, 2.0, "train")

    def look(seconds: float) -> str:
        """What is drawn so many seconds after the bar was, which came half a second after the step."""
        drawn.seek(0)
        drawn.truncate()
        bar._time = lambda: bar.start_t + seconds  # which tqdm asks when it draws
        watch.look(step.since + 0.5 + seconds, bar.start_t + seconds)
        return drawn.getvalue()

    with working("Training") as step, tqdm(total=3, file=drawn) as bar:
        bar.last_print_t = bar.start_t
        assert [look(seconds) for seconds in (1.0, 1.9)] == ["", ""]
        assert "0/3 [00:03" in look(3.0)
        assert look(3.9) == ""
        assert "0/3 [00:04" in look(4.1)
    assert terminal.getvalue() == ""


def test_work_that_begins_below_a_bar_is_named_while_the_bar_stands_still(terminal):
    with watched(terminal, patience=0.05), tqdm(total=3, file=io.StringIO()), working("Loading the model"):
        wait_for(terminal, "Loading the model ... ")


def test_bar_that_is_just_being_made_does_no_harm(terminal):
    unfinished = tqdm.__new__(tqdm)  # known to tqdm, without attributes
    with watched(terminal, patience=0.05), working("Reading"):
        wait_for(terminal, "Reading ... ")
    unfinished.disable = True


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (62, "Training the classifie ... 3 s, not timed on this machine yet"),
        (30, "Training ... 3 s, not timed o"),
        (12, "Training .."),
    ],
)
def test_words_yield_to_the_times_and_the_line_stays_in_its_row(columns, line):
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(writer, "w", encoding="utf-8") as terminal, working("Training the classifiers of the audit") as step:
        Watch(terminal, 2.0, "audit").look(step.since + 3, 0.0)
    assert os.read(reader, 1000).decode() == f"{CLEAR}{line}"
    os.close(reader)


def test_dumb_terminal_gets_no_codes(terminal, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    with watched(terminal, patience=0.05), working("Training"):
        wait_for(terminal, "Training ... ")
    assert "\x1b" not in terminal.getvalue()
    assert terminal.getvalue().endswith(f"\r{' ' * 79}\r")


def test_line_makes_way_for_what_somebody_says(terminal):
    with watched(terminal, patience=0.05), working("Training"):
        wait_for(terminal, "Training ... ")
        for _ in range(100):  # until it is not written anew in between
            clear_line()
            if terminal.getvalue().endswith(CLEAR):
                return
    raise AssertionError(terminal.getvalue())


def test_step_that_nothing_can_tell_of_says_how_long_it_took_the_last_time(terminal):
    remember_durations({"scan Reading": 12.4, "train Reading": 5000})
    for command, words in {"scan": "last time 12 s", "train": "last time 83 min", "audit": "not timed on"}.items():
        watch = Watch(terminal, 0.0, command)
        watch._known = read_durations()
        with working("Reading", total=3) as step:
            watch.look(step.since + 2, 0.0)
            assert f"Reading ... 2 s, {words}" in terminal.getvalue()
            step.advance()
            watch.look(step.since + 5, 0.0)
        assert "Reading ... 5 s, about 10 s left" in terminal.getvalue()


def test_what_ended_well_is_remembered_for_its_command(terminal):
    remember_durations({"train Other": 7})
    with suppress(KeyboardInterrupt), watched(terminal, patience=0.01, command="train"), working("All"):
        for _ in range(2):
            with working("Reading"):
                wait_for(terminal, "Reading ... 0 s")
        raise KeyboardInterrupt
    assert read_durations() == {"train Other": 7, "train Reading": 0}


def test_longest_of_equal_steps_is_noted(terminal):
    watch = Watch(terminal, 2.0, "train")
    for seconds in (3, 5, 4):
        watch.note("Reading", seconds)
    assert watch.lasted == {"train Reading": 5}


def test_imports_are_timed_as_far_as_no_step_names_them(terminal, monkeypatch):
    watch = Watch(terminal, 2.0, "train")
    begun = time.monotonic()

    def _find_and_load() -> None:  # as that of importlib
        for seconds in (10, 14):
            watch.look(begun + seconds, 0.0)

    _find_and_load()
    with working("Reading"):
        watch.look(begun + 17, 0.0)
    watch.look(begun + 20, 0.0)
    assert watch.lasted == {f"train {IMPORTING}": 7}


def test_pipe_leaves_no_trace(tmp_path):
    with watched(io.StringIO(), patience=0.01, command="scan"), working("Reading"):
        time.sleep(0.05)
    assert list(tmp_path.iterdir()) == []


def test_pipe_stays_quiet():
    pipe = io.StringIO()
    with watched(pipe, patience=0.01), working("Reading"):
        time.sleep(0.1)
    assert pipe.getvalue() == ""


@pytest.mark.parametrize(
    ("seconds", "words"), [(3, "10 s"), (44, "40 s"), (100, "2 min"), (3000, "50 min"), (9000, "2.5 h")]
)
def test_rough_times(seconds, words):
    assert in_words(seconds) == words


def test_steps_have_fixed_names() -> None:
    # They are remembered on disk with their durations, and what a user's files are called is nobody else's business.
    package = Path(realfake_hf.__file__).parent
    for file in package.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if "from realfake_hf.storage.working import" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("working", "counted"):
                assert isinstance(node.args[0], ast.Constant), f"{file}:{node.lineno}"
