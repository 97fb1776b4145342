"""What is being done now, for people who wait at a terminal: silent unless a command line watches."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import Any, TextIO, TypeVar

from realfake_hf.storage.durations import read_durations, remember_durations

PATIENCE = 2.0
"""Seconds of silence before a line says what takes so long."""
TICK = 1.0
"""Seconds after which a bar that does not move is drawn again."""
CLEAR = "\r\x1b[K"
COLUMNS = 80
"""Of a terminal that does not tell."""
SHORTEST_WORDS = 8
"""Of what takes so long: where the terminal is narrower still, the times are cut."""
IMPORTING = "Loading libraries"

Item = TypeVar("Item")

_lock = threading.Lock()
_steps: list[Step] = []
_watch: Watch | None = None


class Step:
    """A piece of work in progress.

    Args:
        what: as `Reading the data`.
        total: units of it; None where they cannot be counted.
    """

    def __init__(self, what: str, total: float | None = None) -> None:
        self.what, self.total = what, total
        self.since = time.monotonic()
        self.done = 0.0

    def advance(self, units: float = 1) -> None:
        """So many more units are done."""
        self.done += units

    def skip(self, units: float = 1) -> None:
        """So many units need not be done: an earlier run did them."""
        if self.total is not None:
            self.total -= units

    def seconds_left(self, now: float | None = None) -> float | None:
        """How long the rest will take at the pace so far; None where nothing tells.

        Args:
            now: of the monotonic clock; by default its time.
        """
        if not self.total or not self.done:
            return None
        passed = (time.monotonic() if now is None else now) - self.since
        return max(0.0, passed / self.done * (self.total - self.done))

    def left_in_words(self, now: float | None = None) -> str:
        """`, about 12 min left`; empty where nothing tells."""
        left = self.seconds_left(now)
        return "" if left is None else f", about {in_words(left)} left"


@contextmanager
def working(what: str, total: float | None = None) -> Iterator[Step]:
    """Say, to whoever watches, what this block does and how long it will take; also a decorator.

    Args:
        what: as `Reading the data`.
        total: units of work, of which `Step.advance` counts the done ones; None where they cannot be counted.
    """
    step = Step(what, total)
    with _lock:
        _steps.append(step)
    try:
        yield step
        with _lock:
            if _watch:
                _watch.note(what, time.monotonic() - step.since)
    finally:
        with _lock:
            _steps.remove(step)
            if _watch:
                _watch.clear()


def counted(what: str, items: Iterable[Item], total: int | None = None) -> Iterator[Item]:
    """The items, while `working` counts them.

    Args:
        what: is done to them.
        items: any number.
        total: how many, where they do not know it themselves.
    """
    with working(what, len(items) if isinstance(items, Sized) else total) as step:
        for item in items:
            yield item
            step.advance()


@contextmanager
def watched(stream: TextIO | None = None, *, patience: float = PATIENCE, command: str = "") -> Iterator[None]:
    """Show on a terminal what takes longer than `patience` seconds and has no bar of its own, until the block ends.

    Args:
        stream: by default standard error; nothing is written to one that is no terminal.
        patience: seconds.
        command: its steps are told how long they took the last time that it ran.
    """
    global _watch
    stream = stream or sys.stderr
    if not stream.isatty() or _watch:
        yield
        return
    watch = _watch = Watch(stream, patience, command)
    watch.start()
    try:
        yield
    finally:
        with _lock:
            _watch = None
            watch.ended.set()
            watch.clear()
        if watch.has_spoken:
            remember_durations(watch.lasted)


def clear_line() -> None:
    """Take away what is shown, for somebody else has something to say."""
    with _lock:
        if _watch:
            _watch.clear()
            _watch.has_spoken = True


class Watch(threading.Thread):
    """Writes the line, again and again, and takes it away.

    Attributes:
        ended: set when nobody watches any more.
        has_spoken: whether anything was shown.
        lasted: command and step -> seconds that it took this time, the longest where there were several.
    """

    def __init__(self, stream: TextIO, patience: float, command: str) -> None:
        super().__init__(name="realfake-watch", daemon=True)
        self.ended = threading.Event()
        self.lasted: dict[str, float] = {}
        self._known: dict[str, float] = {}
        self._command = command
        self._stream = stream
        self._patience = patience
        self._watched = threading.get_ident()
        self._importing_since: float | None = None
        self._begun = time.monotonic()
        self.has_spoken = False
        self._is_shown = False
        self._drawn = 0.0

    def run(self) -> None:
        self._known = read_durations()
        while not self.ended.wait(min(self._patience, 0.2)):
            with _lock:
                if self.ended.is_set():
                    self.clear()
                else:
                    self.look(time.monotonic(), time.time())

    def look(self, now: float, clock: float) -> None:
        """Show what is due.

        Args:
            now: of the monotonic clock.
            clock: of tqdm's, at the same moment.
        """
        importing_since = self._import(now)
        what, since = (_steps[-1].what, _steps[-1].since) if _steps else (IMPORTING, importing_since)
        # Before the first word the silence counts, whatever ended and began in it.
        passed = 0.0 if since is None else now - (since if self.has_spoken else self._begun)
        bar = _newest_bar(clock)
        if bar is not None and (passed >= bar.age or passed < self._patience):
            self.clear()
            self.has_spoken = True
            if bar.silent >= self._patience and now - self._drawn >= min(self._patience, TICK):
                bar.draw()
                self._drawn = now
        elif since is None or passed < self._patience:
            self.clear()
        elif bar is None or bar.silent >= self._patience:
            left = _time_left(now) or _last_time(self._known.get(f"{self._command} {what}"))
            line = _fitted(what, f" ... {passed:.0f} s{left}", _columns(self._stream) - 1)
            self._stream.write(f"{self._clear}{line}")
            self._stream.flush()
            self._is_shown = self.has_spoken = True

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            self._stream.write(self._clear)
            self._stream.flush()
            self._is_shown = False

    @property
    def _clear(self) -> str:
        """What empties the line; a dumb terminal would show the code for it."""
        return f"\r{' ' * (_columns(self._stream) - 1)}\r" if os.environ.get("TERM") == "dumb" else CLEAR

    def note(self, what: str, seconds: float) -> None:
        """A step took so long."""
        step = f"{self._command} {what}"
        self.lasted[step] = max(seconds, self.lasted.get(step, 0.0))

    def _import(self, now: float) -> float | None:
        """Since when the main thread has been importing outside of any step: torch alone takes seconds."""
        frame = None if _steps else sys._current_frames().get(self._watched)
        while frame is not None and frame.f_code.co_name != "_find_and_load":
            frame = frame.f_back
        if frame is not None:
            self._importing_since = self._importing_since or now
        elif self._importing_since is not None:
            self.note(IMPORTING, now - self._importing_since)
            self._importing_since = None
        return self._importing_since


def in_words(seconds: float) -> str:
    """A rough time: `40 s`, `12 min`, `3.5 h`."""
    if seconds < 90:
        return f"{10 * max(1, round(seconds / 10))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def _fitted(what: str, times: str, room: int) -> str:
    """Both in so many columns: a line that goes on in the next row would be a new one each time. The words yield."""
    words = what[: max(SHORTEST_WORDS, room - len(times))]
    return f"{words}{times}"[:room]


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or COLUMNS
    except (OSError, ValueError):
        return COLUMNS


def _time_left(now: float) -> str:
    """Of the innermost step that can be counted; what it is called, where that is not the step shown."""
    for step in reversed(_steps):
        if words := step.left_in_words(now):
            return words if step is _steps[-1] else f"; {step.what}{words}"
    return ""


def _last_time(seconds: float | None) -> str:
    """What is known of a step that nothing of it tells yet."""
    if seconds is None:
        return ", not timed on this machine yet"
    return f", last time {f'{max(1, seconds):.0f} s' if seconds < 90 else in_words(seconds)}"


class _Bar:
    """A bar of tqdm that is shown now.

    Attributes:
        age: seconds since it appeared.
        silent: seconds since it was last drawn.
    """

    def __init__(self, bar: Any, clock: float) -> None:
        self._bar = bar
        self.age, self.silent = clock - bar.start_t, clock - bar.last_print_t

    def draw(self) -> None:
        """Show it again, with the time that passed meanwhile: tqdm does so only when something is done."""
        with self._bar.get_lock():
            if not self._bar.disable:
                self._bar.refresh(nolock=True)


def _newest_bar(clock: float) -> _Bar | None:
    tqdm = sys.modules.get("tqdm.std")
    known = list(getattr(getattr(tqdm, "tqdm", None), "_instances", ()))
    # One that another thread is just making has no attributes yet.
    shown = [_Bar(bar, clock) for bar in known if hasattr(bar, "start_t") and not bar.disable]
    return min(shown, key=lambda bar: bar.age, default=None)
