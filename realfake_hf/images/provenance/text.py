"""Texts from files, as JSON and people can take them."""

from __future__ import annotations

import json
from typing import Any

MAX_JSON_CHARACTERS = 1_000_000
"""Longer JSON is not parsed: a ComfyUI workflow has 10 to 500 kB, and a verdict must not wait for a crafted one."""


def clean(text: object, limit: int) -> str:
    """A text on one line: control characters and runs of blanks are one blank, no lone surrogates, at most `limit`.

    Only the first few times `limit` characters are looked at, however long the text is.
    """
    head = str(text)[: 4 * limit].encode("utf-8", "replace").decode("utf-8")
    line = " ".join("".join(c if c.isprintable() else " " for c in head).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def parse_json(text: str) -> Any:
    """The value of a JSON object or array; None where the text is none, is damaged, too long or nested too deeply."""
    if len(text) > MAX_JSON_CHARACTERS or text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
