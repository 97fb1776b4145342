"""How long it will take, said once where no progress bar shows it."""

from __future__ import annotations

import time
from collections.abc import Callable

from realfake_hf.pages.page import Say
from realfake_hf.storage.working import in_words

MEASURED_FOR = 5.0
"""Seconds of work after which there is something to go by."""
WORTH_SAYING = 20.0
"""Seconds left below which nobody needs to be told."""


class TimeLeft:
    """Says once, after the first batches, how long the rest will take.

    Args:
        total: units of work.
        say: where it is said.
        clock: in seconds.
    """

    def __init__(self, total: int, say: Say, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._total, self._say, self._clock = total, say, clock
        self._started = clock()
        self._done = 0
        self._is_said = False

    def update(self, done: int) -> None:
        """So many more units are done."""
        self._done += done
        passed = self._clock() - self._started
        if self._is_said or passed < MEASURED_FOR:
            return
        self._is_said = True
        left = passed / self._done * (self._total - self._done)
        if left >= WORTH_SAYING:
            self._say(f"{self._done:,} of {self._total:,} after {passed:.0f} s: about {in_words(left)} to go.")
