"""What a machine's files say of that machine, taken out: only the last name of a path is anybody else's business."""

from __future__ import annotations

import re
import shlex
from typing import Any

_ABSOLUTE = re.compile(r"(/|~|\.\.?/|[A-Za-z]:[\\/]|\\\\)\S*")
_PATH_IN_TEXT = re.compile(r"(?<![\w.:/])(?:~|\.\.?)?(?:/[\w.@+-]+)+/?")
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
