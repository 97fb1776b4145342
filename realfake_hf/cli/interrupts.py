"""Ctrl-C that falls into a finalizer, where Python can only print it; and other requests to end."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

DELAY = 0.05
"""Seconds after which it is raised again: the finalizer has ended by then."""


def raise_interrupts_of_finalizers() -> None:
    """Let a KeyboardInterrupt that a finalizer cannot raise reach the program a moment later, without a traceback.

    Nor is there one where a finalizer fails because its object was never whole, as torch's loaders do that may open no
    more files.

    What frees a queue or a pool takes locks and writes into pipes, and a Ctrl-C may come while it does. Where the
    system has no timers (Windows), it is dropped: press it again.
    """
    sys.unraisablehook = _again


def _again(unraisable: Any) -> None:
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        if not _was_never_whole(unraisable):
            sys.__unraisablehook__(unraisable)
    elif hasattr(signal, "setitimer") and signal.getsignal(signal.SIGINT) is not signal.SIG_DFL:
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, DELAY)


def _was_never_whole(unraisable: Any) -> bool:
    """Whether an object whose making failed misses a part of itself: that failure was raised, and has been said."""
    is_finalizer = getattr(unraisable.object, "__name__", "") == "__del__"
    return is_finalizer and issubclass(unraisable.exc_type, AttributeError)


@contextmanager
def ending_tidily() -> Iterator[None]:
    """Let SIGTERM, or a terminal that is closed, end the block as an error does: copies of images in it are removed.

    In a thread the signals are the business of the program around it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {number: signal.getsignal(number) for number in signals}
    for number, handler in before.items():
        if handler == signal.SIG_DFL:  # `nohup` lets one be ignored
            signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
