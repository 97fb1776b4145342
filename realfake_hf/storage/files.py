"""Files that are either whole or not there: a kill never leaves half of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

from realfake_hf.errors import RealFakeError

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give the path of a file beside `path` to write to; it takes its place when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.part")
    try:
        yield partial
        partial.replace(path)
    except BaseException:  # a full disk is not to be kept full
        with suppress(OSError):  # its folder may be gone, or no folder any more
            partial.unlink()
        raise


def read_json(file: Path) -> Any:
    """Plain JSON values, of a file that is no typed record.

    Raises:
        OSError, ValueError: it cannot be read, or is no JSON.
    """
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def read_json_object(file: Path, remedy: str = "write it again") -> JsonObject:
    """The object in a JSON file that is not one of ours, such as a model's `config.json`.

    Args:
        file: to read.
        remedy: what to do where there is none, for the error.

    Raises:
        RealFakeError: there is none.
    """
    try:
        found = read_json(file)
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise RealFakeError(f"{file} cannot be read, or holds no JSON object: {remedy}.")
    return found


def write_text(path: Path, text: str) -> None:
    """Write a text, UTF-8."""
    with written_whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """Write indented JSON; refuses NaN, which JSON does not know."""
    write_text(path, json_text(value))


def json_text(value: Any) -> str:
    """Indented JSON with a final line end; refuses NaN, which JSON does not know."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
