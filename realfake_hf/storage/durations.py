"""How long steps took the last time on this machine: what to expect of those that cannot be counted."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

LARGEST_FILE = 100_000
"""Bytes; some hundred steps need a tenth of it."""


def durations_file() -> Path:
    """Where they are remembered: in the user's folder of caches (`XDG_CACHE_HOME`)."""
    folder = os.environ.get("XDG_CACHE_HOME")
    if not folder and sys.platform == "win32":
        folder = os.environ.get("LOCALAPPDATA")
    if not folder:
        folder = "~/Library/Caches" if sys.platform == "darwin" else "~/.cache"
    return Path(os.path.expanduser(folder), "realfake-hf", "durations.txt")  # noqa: PTH111 (fails without a home)


def read_durations() -> dict[str, float]:
    """Step -> seconds; nothing where nothing can be read."""
    found = {}
    with suppress(OSError), durations_file().open(encoding="utf-8", errors="replace") as file:
        for line in file.read(LARGEST_FILE).splitlines():
            seconds, _, step = line.partition("\t")
            if seconds.isdecimal() and len(seconds) < 9:
                found[step] = float(seconds)
    return found


def remember_durations(lasted: dict[str, float]) -> None:
    """Keep them for the next time, in whole seconds; where that is not possible they are forgotten."""
    lines = (f"{seconds:.0f}\t{step}\n" for step, seconds in {**read_durations(), **lasted}.items())
    file = durations_file()
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text("".join(lines), encoding="utf-8")
        partial.replace(file)
