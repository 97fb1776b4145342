"""Time several runs on a machine that others use too: in turns, by medians, on the wall and in processor time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from realfake_hf.records.export import Milliseconds

Name = TypeVar("Name")


@dataclass(frozen=True)
class Laps:
    """The rounds of one of several runs that took turns.

    Attributes:
        wall, processor: seconds of each round; processor time is that of all threads.
    """

    wall: list[float]
    processor: list[float]

    def per(self, images: int) -> Milliseconds:
        """The median round, for one of so many images."""
        wall, processor = (1000 * statistics.median(seconds) / images for seconds in (self.wall, self.processor))
        return Milliseconds(wall, processor)

    def times_as_fast_as(self, other: Laps) -> tuple[float, float]:
        """On the wall and in processor time: the median of the rounds' own ratios, which the machine's load at the
        time has on both sides."""
        wall = statistics.median(b / a for a, b in zip(self.wall, other.wall, strict=True))
        processor = statistics.median(b / a for a, b in zip(self.processor, other.processor, strict=True))
        return wall, processor


def side_by_side(runs: Mapping[Name, Callable[[], object]], rounds: int) -> dict[Name, Laps]:
    """Let runs take turns, in every other round the other way about; a first round is not counted.

    Args:
        runs: by name.
        rounds: that are counted, at least 1.
    """
    laps = {name: Laps([], []) for name in runs}
    for number in range(-1, rounds):
        for name in list(runs)[:: 1 if number % 2 else -1]:
            wall, processor = time.perf_counter(), time.process_time()
            runs[name]()
            if number >= 0:
                laps[name].wall.append(time.perf_counter() - wall)
                laps[name].processor.append(time.process_time() - processor)
    return laps
