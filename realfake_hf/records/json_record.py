"""Typed records in JSON files: one way to read them, one to write them.

Fields that a record does not know are passed over, so that a file of a later version can be read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from typing_extensions import Self

from realfake_hf.errors import RealFakeError
from realfake_hf.storage.files import write_json

Record = TypeVar("Record")


def json_values(value: Any) -> Any:
    """A record, or records in lists and dicts, as plain values."""
    return msgspec.to_builtins(value)


def json_line(value: Any) -> str:
    """As `json_values`, as one line of JSON without the line's end, UTF-8 whatever the names of files."""
    values = json_values(value)
    line = json.dumps(values, ensure_ascii=False, allow_nan=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:  # a file name that is no valid UTF-8
        return json.dumps(values, allow_nan=False)
    return line


@dataclass(frozen=True)
class JsonRecord(Generic[Record]):
    """How one kind of file is read and written.

    Attributes:
        kind: a dataclass, or a list of one.
        what: the file's content in a sentence, such as `an audit`.
        remedy: what to do about a file that cannot be used, as an imperative.
    """

    kind: Any
    what: str
    remedy: str

    def read(self, file: Path) -> Record:
        """Read a file.

        Raises:
            RealFakeError: it is missing, damaged or another file, in one sentence that names it.
        """
        try:
            content = file.read_bytes()
        except OSError as error:
            raise RealFakeError(f"{file} cannot be read ({error.strerror or error}): {self.remedy}.") from error
        return self.decode(content, origin=str(file))

    def read_if_there(self, file: Path) -> Record | None:
        """As `read`; None where there is no such file."""
        return self.read(file) if file.is_file() else None

    def decode(self, content: bytes | str, *, origin: str) -> Record:
        """The record in a file's content.

        Raises:
            RealFakeError: it is another file's, in one sentence that begins with `origin`.
        """
        try:
            found: Record = msgspec.json.decode(content, type=self.kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RealFakeError(f"{origin} is damaged, or not {self.what} ({error}): {self.remedy}.") from error
        return found

    def write(self, record: Record, file: Path) -> None:
        """Write a file in one step: a reader never sees half of it."""
        write_json(file, msgspec.to_builtins(record))


class FolderRecord:
    """A record that is one file of a folder; the dataclass that inherits from it says which.

    Args:
        file: its name.
        what, remedy: as of `JsonRecord`.
    """

    _name: ClassVar[str]
    _file: ClassVar[JsonRecord[Any]]

    def __init_subclass__(cls, *, file: str, what: str, remedy: str) -> None:
        cls._name, cls._file = file, JsonRecord(cls, what, remedy)

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The record in a folder; None where there is none.

        Raises:
            RealFakeError: it is damaged.
        """
        found: Self | None = cls._file.read_if_there(folder / cls._name)
        return found

    def write(self, folder: Path) -> None:
        """Write the record into a folder, in one step."""
        self._file.write(self, folder / self._name)
