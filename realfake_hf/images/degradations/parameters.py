"""Checks of a step's parameters: what a recipe got wrong is said in one sentence."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable
from typing import Any

from realfake_hf.errors import RealFakeError


def unknown(kind: str, name: object, known: Iterable[str]) -> RealFakeError:
    """An error that names what is unknown, the nearest known name where one is near, and all that exist."""
    names = list(known)
    near = difflib.get_close_matches(str(name), names, n=1, cutoff=0.5)
    hint = f" (did you mean '{near[0]}'?)" if near else ""
    return RealFakeError(f"Unknown {kind} '{name}'{hint}: known are {', '.join(names)}.")


def number(step: str, key: str, value: Any, low: float, high: float) -> float:
    """A finite number within `low` to `high`, both included.

    Raises:
        RealFakeError: it is something else.
    """
    if not _is_number(value) or not low <= value <= high:
        raise RealFakeError(f"The step '{step}' needs {key} as a number within {low:g} to {high:g}, not {value!r}.")
    return float(value)


def number_range(step: str, key: str, value: Any, low: float, high: float) -> tuple[float, float]:
    """A pair of finite numbers `(smallest, largest)` within `low` to `high`; one number means `(n, n)`.

    Raises:
        RealFakeError: it is something else, or the pair is the wrong way round.
    """
    smallest, largest = _pair_within(step, key, value, low, high, _is_number, "a number")
    return float(smallest), float(largest)


def integer_range(step: str, key: str, value: Any, low: int, high: int) -> tuple[int, int]:
    """A pair of whole numbers `(smallest, largest)` within `low` to `high`; one number means `(n, n)`.

    Raises:
        RealFakeError: it is something else, or the pair is the wrong way round.
    """
    smallest, largest = _pair_within(step, key, value, low, high, _is_whole, "a whole number")
    return int(smallest), int(largest)


def integer(step: str, key: str, value: Any, low: int, high: int) -> int:
    """A whole number within `low` to `high`, both included.

    Raises:
        RealFakeError: it is something else.
    """
    if not _is_whole(value) or not low <= value <= high:
        raise RealFakeError(f"The step '{step}' needs {key} as a whole number within {low} to {high}, not {value!r}.")
    return int(value)


def boolean(step: str, key: str, value: Any) -> bool:
    """True or false.

    Raises:
        RealFakeError: it is something else.
    """
    if not isinstance(value, bool):
        raise RealFakeError(f"The step '{step}' needs {key} as true or false, not {value!r}.")
    return value


def choices(step: str, key: str, value: Any, known: Iterable[str]) -> tuple[str, ...]:
    """One or several of the known names; a single name means a tuple of that one.

    Raises:
        RealFakeError: there is none, or one is unknown.
    """
    names = list(known)
    chosen = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()
    if not chosen:
        raise RealFakeError(f"The step '{step}' needs {key} as one or several of {', '.join(names)}, not {value!r}.")
    for name in chosen:
        if name not in names:
            raise unknown(f"{key} of the step '{step}'", name, names)
    return chosen


def _pair_within(
    step: str, key: str, value: Any, low: float, high: float, fits: Callable[[Any], bool], what: str
) -> tuple[Any, Any]:
    pair = tuple(value) if isinstance(value, list | tuple) else (value, value)
    if len(pair) != 2 or not all(map(fits, pair)) or not low <= pair[0] <= pair[1] <= high:
        raise RealFakeError(
            f"The step '{step}' needs {key} as {what} or a pair [smallest, largest] "
            f"within {low:g} to {high:g}, not {value!r}."
        )
    return pair


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
