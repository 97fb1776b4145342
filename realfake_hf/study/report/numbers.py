"""How numbers are written, the same in every document; the tests look for exactly these spellings."""

from __future__ import annotations

import math
from dataclasses import dataclass

NBSP = "\u00a0"
"""Keeps a number and its unit on one line."""

MISSING = "not measured"


@dataclass(frozen=True)
class Measured:
    """A share in [0, 1] with its 95 % interval, where there is one."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """The interval; where there is none, the value itself twice."""
        return (self.value if self.low is None else self.low, self.value if self.high is None else self.high)


def stacked(measured: Measured | None) -> str:
    """As `with_interval`, in two lines, for a narrow column."""
    return with_interval(measured).replace(" (", "\n(")


def overlap(one: Measured, other: Measured) -> bool:
    """Whether two intervals have a value in common; a measurement without one overlaps everything."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return True
    return one.low <= other.high and other.low <= one.high


def differ(one: Measured, other: Measured) -> bool:
    """Whether two shares of different images differ by more than chance explains.

    The interval of a difference of independent values has the root of the sum of their squared half widths.
    """
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    halves = math.hypot((one.high - one.low) / 2, (other.high - other.low) / 2)
    return abs(one.value - other.value) > halves


def percent(share: float) -> str:
    """A share in [0, 1], such as `69.0 %`."""
    return f"{100 * share:.1f}{NBSP}%"


def with_interval(measured: Measured | None) -> str:
    """A share and its interval, such as `69.0 % (65.7 to 72.1)`."""
    if measured is None:
        return MISSING
    if measured.low is None or measured.high is None:
        return percent(measured.value)
    return f"{percent(measured.value)} ({100 * measured.low:.1f} to {100 * measured.high:.1f})"


def points(difference: float) -> str:
    """A difference of two shares, without its sign, such as `5.3 points`."""
    text = f"{abs(100 * difference):.1f}"
    return f"{text}{NBSP}point{'' if text == '1.0' else 's'}"


def of_hundred(share: float) -> str:
    """A share in [0, 1] as a whole number out of a hundred."""
    return f"{100 * share:.0f}"


def loss(value: float | None) -> str:
    """A loss with three decimals."""
    return MISSING if value is None else f"{value:.3f}"


def count(number: int) -> str:
    """A whole number, such as `7,033`."""
    return f"{number:,}"


def counted(number: int, noun: str) -> str:
    """A whole number and what it counts, such as `1 image` or `7,033 images`."""
    return f"{count(number)}{NBSP}{noun}{'' if number == 1 else 's'}"


def large(number: float) -> str:
    """A number in words that a reader can compare, such as `7.4 million`."""
    for size, name in ((1e9, "billion"), (1e6, "million")):
        if number >= 0.9995 * size:
            return f"{number / size:.3g}{NBSP}{name}" if number < 100 * size else f"{number / size:,.0f}{NBSP}{name}"
    return count(round(number))


def duration(seconds: float) -> str:
    """A time, in the unit that suits it: `95 s`, `34 min`, `2.3 h`."""
    if seconds < 120:
        return f"{seconds:.0f}{NBSP}s" if seconds >= 10 else f"{seconds:.1f}{NBSP}s"
    if seconds < 7200:
        return f"{seconds / 60:.0f}{NBSP}min"
    return f"{seconds / 3600:.1f}{NBSP}h"


def milliseconds(value: float | None) -> str:
    """A time of one image, such as `24 ms` or `5.2 ms`."""
    if value is None:
        return MISSING
    return f"{value:.0f}{NBSP}ms" if value >= 10 else f"{value:.1f}{NBSP}ms"


def listed(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
