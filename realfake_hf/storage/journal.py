"""A journal: records on disk in the order they came, so that a killed run goes on."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

Record = TypeVar("Record")

KEY_DIGITS = 16
_KEY = re.compile(rb"[0-9a-f]{%d} " % KEY_DIGITS)


class Journal(Generic[Record]):
    """Append-only file of `<key> <record as a line of text>` lines; in memory 16 bytes per record.

    A line that a kill tore, or that something damaged, is cut off with what follows when the journal is opened again.

    Args:
        path: the file; made where it is missing.
        to_line: a record as text without line ends.
        from_line: back again.
    """

    def __init__(self, path: Path, to_line: Callable[[Record], str], from_line: Callable[[str], Record]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self._to_line, self._from_line = path, to_line, from_line
        self._keys, self._offsets = array("Q"), array("Q")
        self._end = self._index()
        self._file = path.open("r+b" if path.exists() else "w+b")
        self._file.truncate(self._end)
        self._sorted: tuple[np.ndarray, np.ndarray] | None = None

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: str) -> bool:
        """Whether a key was recorded before the journal was opened or `refresh` was last called."""
        return self._find(int(key, 16)) is not None

    def append(self, key: str, record: Record) -> None:
        """Record one result; it outlives a kill of this process once the call returns."""
        line = f"{key} {self._to_line(record)}\n".encode()
        try:
            self._file.seek(self._end)
            self._file.write(line)
            self._file.flush()
        except OSError:
            # Python from 3.13 on shows the traceback of a file that cannot be written when it is collected.
            self._file.raw.close()
            raise
        self._keys.append(int(key, 16))
        self._offsets.append(self._end)
        self._end += len(line)

    def refresh(self) -> None:
        """Make the appended records findable."""
        self._sorted = None

    def read(self, key: int) -> Record:
        """The record of a key; KeyError where there is none."""
        offset = self._find(key)
        if offset is None:
            raise KeyError(f"{key:016x}")
        self._file.seek(offset)
        return self._from_line(self._file.readline()[KEY_DIGITS + 1 :].decode())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _find(self, key: int) -> int | None:
        if self._sorted is None:
            keys = np.array(self._keys, dtype=np.uint64)
            order = np.argsort(keys, kind="stable")
            self._sorted = keys[order], np.array(self._offsets, dtype=np.uint64)[order]
        keys, offsets = self._sorted
        position = int(np.searchsorted(keys, np.uint64(key), side="right")) - 1  # the last one wins
        return int(offsets[position]) if position >= 0 and int(keys[position]) == key else None

    def _index(self) -> int:
        """Index the whole lines of an old journal; return where they end."""
        end = 0
        if self.path.exists():
            with self.path.open("rb") as lines:
                for line in lines:
                    if not line.endswith(b"\n") or not _KEY.match(line):
                        break
                    self._keys.append(int(line[:KEY_DIGITS], 16))
                    self._offsets.append(end)
                    end += len(line)
        return end
