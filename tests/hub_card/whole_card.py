"""Compare a whole card with one written out beside the tests."""

from __future__ import annotations

import re
from pathlib import Path

# What differs between machines and versions: figures, hashes, versions, the processor.
VARIABLES = {
    "<interval>": r"\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]",
    "<0.000>": r"\d\.\d{3}",
    "<number>": r"\d[\d.e-]*",
    "<0.00>": r"\d\.\d\d",
    "<percent>": r"\d+\.\d %",
    "<hash>": r"[0-9a-f]{16}",
    "<seconds>": r"\d+",
    "<count>": r"[\d,]+",
    "<hardware>": r"[\w() ,.-]+",
    "<version>": r"[\w.+]+",
    "<command>": r"[^\n`]+",
    "<notes>": r"- [^\n]+(?:\n- [^\n]+)*",
}


def assert_whole(found: str, expected: Path) -> None:
    """The text is that of the file, with VARIABLES in it; a failure shows the first line that is not."""
    wanted = expected.read_text(encoding="utf-8")
    if not re.fullmatch(_pattern(wanted), found):
        for number, (line, seen) in enumerate(zip(wanted.splitlines(), found.splitlines(), strict=False), start=1):
            assert re.fullmatch(_pattern(line), seen), f"{expected.name}, line {number}:\n{line}\n{seen}"
        raise AssertionError(f"{expected.name} has {len(wanted.splitlines())} lines, not {len(found.splitlines())}.")


def _pattern(text: str) -> str:
    parts = re.split(f"({'|'.join(map(re.escape, VARIABLES))})", text)
    return "".join(VARIABLES.get(part) or re.escape(part) for part in parts)
