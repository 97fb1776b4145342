"""Units of work: some image files, a row group of a parquet file, or a tar of a WebDataset."""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError, first_line
from realfake_hf.images.image_folders import begins_like_an_image, is_image_name
from realfake_hf.images.regular_file import MAX_FILE_BYTES
from realfake_hf.images.tar_members import tar_members
from realfake_hf.storage.remote_file import is_url

ID_DIGITS = 16
ROWS_AT_ONCE = 16

Kind = Literal["files", "parquet", "tar"]


class NamedBytes(io.BytesIO):
    """The bytes of an image, and what its record calls it."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


@dataclass(frozen=True)
class Unit:
    """What one worker judges at a time.

    Attributes:
        kind: of the inputs.
        names: paths or URLs of the files.
        states: of each, what changes when the file does (its size and time, or a store's tag).
        row_group: of a parquet file.
    """

    kind: Kind
    names: tuple[str, ...]
    states: tuple[str, ...]
    row_group: int = 0

    @property
    def id(self) -> str:
        """16 hexadecimal digits over all of it: the same for the same files in the same state."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:ID_DIGITS]

    def to_json(self) -> str:
        """As text, to be sent to another process."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Unit:
        """Back again."""
        return msgspec.json.decode(text, type=cls)

    def images(self) -> Iterator[Path | NamedBytes | Verdict]:
        """The images: a path, or bytes with a name; a verdict without a label for what cannot be read."""
        if self.kind == "files":
            for name in self.names:
                yield _remote_image(name) if is_url(name) else Path(name)
            return
        readers = {"parquet": self._rows, "tar": self._members}
        try:
            yield from readers[self.kind]()
        except Exception as error:  # damaged, gone, or a store that fails: what was read so far stays
            yield Verdict(self.names[0], error=f"{self.names[0]} cannot be read to its end: {first_line(error)}.")

    def _rows(self) -> Iterator[NamedBytes | Verdict]:
        import pyarrow.parquet as pq

        (name,) = self.names
        with _opened(name) as stream:
            file = pq.ParquetFile(stream)
            column = image_column(file.schema_arrow, name)
            before = sum(file.metadata.row_group(number).num_rows for number in range(self.row_group))
            row = before
            for batch in file.iter_batches(ROWS_AT_ONCE, row_groups=[self.row_group], columns=[column]):
                for value in batch.column(0).to_pylist():
                    content = value.get("bytes") if isinstance(value, dict) else value
                    where = f"{name}#{row}"
                    row += 1
                    if content is None:
                        yield Verdict(where, error=f"{where} holds no image.")
                    else:
                        yield NamedBytes(content, where)

    def _members(self) -> Iterator[NamedBytes | Verdict]:
        (name,) = self.names
        with _opened(name) as stream:
            for member, content in tar_members(stream):
                where = f"{name}/{member}"
                if content is None:
                    yield Verdict(
                        where, error=f"{where} is too large (at most {MAX_FILE_BYTES / 1e6:.0f} MB are read)."
                    )
                elif is_image_name(posixpath.basename(member)) or begins_like_an_image(content[:64]):
                    yield NamedBytes(content, where)


def image_column(schema: Any, name: str) -> str:
    """The column of a parquet file that holds images: `image`, or the only one of bytes.

    Raises:
        RealFakeError: there is none, or several.
    """
    import pyarrow as pa

    def holds_images(kind: Any) -> bool:
        if pa.types.is_struct(kind):
            return bool(kind.get_field_index("bytes") >= 0)
        return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))

    found = [field.name for field in schema if holds_images(field.type)]
    if "image" in found:
        return "image"
    if len(found) != 1:
        raise RealFakeError(f"{name} has no column of images: it must be called image.")
    return str(found[0])


def _opened(name: str) -> Any:
    if not is_url(name):
        return open(name, "rb")  # noqa: PTH123 (given away)
    import fsspec

    return fsspec.open(name, "rb").open()


def _remote_image(url: str) -> NamedBytes | Verdict:
    try:
        with _opened(url) as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except Exception as error:  # every store has errors of its own
        return Verdict(url, error=f"{url} cannot be read: {first_line(error)}.")
    if len(content) > MAX_FILE_BYTES:
        return Verdict(url, error=f"{url} is too large (at most {MAX_FILE_BYTES / 1e6:.0f} MB are read).")
    return NamedBytes(content, url)
