"""The table of images beside the pairs, as `datasets`' imagefolder reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from realfake_hf.data.aligning.folder import AlignFolder
from realfake_hf.data.aligning.pairs import UNNAMED_SOURCE, PairMaker
from realfake_hf.data.loading import METADATA
from realfake_hf.data.preparing.prepare_tables import ORIGINAL, metadata_schema
from realfake_hf.models.labels import FAKE, REAL
from realfake_hf.records.manifest import ImageRecord, TableWriter, table_writer, with_label_names

if TYPE_CHECKING:
    import pyarrow as pa

PAIR = "pair"
"""Column that names what belongs together."""


@dataclass
class WrittenPairs:
    """What the tables hold.

    Attributes:
        counts: images by split, class and source.
        outputs: paths below the destination.
        without: readable photographs that gave no tile.
    """

    counts: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    outputs: set[str] = field(default_factory=set)
    without: int = 0


def pairs_schema() -> pa.Schema:
    """The columns of `prepare`'s metadata, and `pair`; width, height, format and quality are the photograph's."""
    import pyarrow as pa

    return with_label_names(metadata_schema().append(pa.field(PAIR, pa.string())))


def write_metadata(folder: AlignFolder, maker: PairMaker, records: list[ImageRecord]) -> WrittenPairs:
    """Write `<split>/metadata.parquet` of every split, atomically, from the pairs that are there."""
    written = WrittenPairs()
    tables: dict[str, TableWriter] = {}
    with ExitStack() as stack:
        for record in records:
            if record.split is None:
                continue
            if record.split not in tables:
                path = folder.root / record.split / METADATA
                tables[record.split] = stack.enter_context(table_writer(path, pairs_schema()))
            found = 0
            for pair, sides in _pairs(folder, maker, record):
                found += 1
                for label, source, output in sides:
                    original = (getattr(record, name) for name in ORIGINAL)
                    tables[record.split].write(output.partition("/")[2], label, source, *original, pair)
                    written.counts[record.split, label, source] += 1
                    written.outputs.add(output)
            written.without += not found
    for outdated in set(folder.root.glob(f"*/{METADATA}")) - {folder.root / split / METADATA for split in tables}:
        outdated.unlink()
    return written


def _pairs(
    folder: AlignFolder, maker: PairMaker, record: ImageRecord
) -> Iterator[tuple[str, list[tuple[int, str, str]]]]:
    """The pairs of a photograph: name, and of each side label, source and path."""
    source = record.source or UNNAMED_SOURCE
    for number in range(folder.settings.tiles):
        real, fake = maker.names(record, number)
        if folder.has_pair(real, fake):
            pair = f"{(record.sha256 or '')[:10]}-{number}"
            yield pair, [(REAL, source, real), (FAKE, f"{maker.autoencoder.name}-{source}", fake)]
