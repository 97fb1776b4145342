"""What a machine's files say of that machine, taken out: only the last name of a path is anybody else's business."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_ABSOLUTE = re.compile(r"(/|~|\.\.?/|[A-Za-z]:[\\/]|\\\\)\S*")
_PATH_IN_TEXT = re.compile(r"(?<![\w.:/<])(?:~|\.\.?)?(?:/[\w.@+-]+)+/?|(?<![\w.:/<])[A-Za-z]:\\[\w.@+\\-]+")
"""A path within a sentence; a URL's is none, as its slashes follow a colon or a slash."""


def portable(value: Any) -> Any:
    """Plain JSON values with every path of this machine shortened to its last name.

    Keys stay. A text that is a path becomes its name, also with ` (split)` behind it; within other texts each path
    does.
    """
    if isinstance(value, dict):
        return {key: portable(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [portable(entry) for entry in value]
    return portable_text(value) if isinstance(value, str) else value


def portable_text(text: str) -> str:
    """One text; see `portable`."""
    name, bracket, split = text.partition(" (")
    if _ABSOLUTE.fullmatch(name.replace(" ", "_")):
        return _last(name) + bracket + split
    return _PATH_IN_TEXT.sub(lambda match: _last(match.group(0)), text)


def below_common_folder(paths: Iterable[str]) -> dict[str, str]:
    """Paths as seen from the folder that holds all of them, so that they can be told apart and say no more.

    Relative ones stay, but for those that lead upwards.
    """
    shown = {path: path for path in paths}
    groups: dict[tuple[str, ...], list[str]] = {}
    for path in shown:
        if Path(path).is_absolute() or ".." in Path(path).parts:
            groups.setdefault(Path(os.path.abspath(path)).parts[:2], []).append(path)  # noqa: PTH100 (links stay)
    for together in groups.values():
        whole = {path: os.path.abspath(path) for path in together}  # noqa: PTH100
        common = os.path.commonpath([str(Path(path).parent) for path in whole.values()])
        shown |= {path: os.path.relpath(place, common) for path, place in whole.items()}
    return shown


def portable_command(command: str) -> str:
    """A command line, each of its words for itself, `--option=path` and `key=path` too."""
    words = []
    for number, word in enumerate(shlex.split(command)):
        name, equals, value = word.rpartition("=")
        words.append(_last(word) if number == 0 else name + equals + portable_text(value))
    return shlex.join(words)


def _last(path: str) -> str:
    parts = [part for part in re.split(r"[\\/]", path) if part not in ("", ".", "..", "~")]
    return parts[-1] if parts else "."
