"""A data set as it should lie on the Hub: parquet with the images inside, and the card."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hub_card.dataset_card import CARD_FILE, MARKER, render_dataset_card
from hub_card.dataset_facts import DatasetFacts, collected_facts, count_images, read_facts
from hub_card.licences import LICENCE_FILE, require_licence
from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.images.position import tells_position
from realfake_hf.records.align import ALIGN_FILE
from realfake_hf.records.prepare import PREPARE_FILE
from realfake_hf.storage.files import write_text
from realfake_hf.storage.working import counted

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset, DatasetDict

SHARD_BYTES = 500_000_000
"""A file gets no larger than about this; the Hub shows and streams such files well."""

BATCH = 64
"""Images held at a time."""

TEXTS = 10_000
"""Texts looked at at a time."""

PATHS = r"^(/[^/\s]+/|~/|[A-Za-z]:[\\/]|\\\\)"
"""How a path of this machine begins; a prompt (`/imagine a/b`) does not."""


def write_data_files(
    data: str | Path,
    target: Path,
    *,
    repo: str,
    title: str | None = None,
    licence: str = "other",
    say: Callable[[str], None] | None = None,
) -> DatasetFacts:
    """Write a data set into a new folder, `<split>/*.parquet`, or `<size>/<split>/*.parquet` of prepared ones.

    Columns `image` (the files' own bytes), `label`, `source` and whatever else there is, except columns with paths of
    this machine.

    Args:
        data: a folder of `realfake prepare` or `realfake align`, or whatever `load_data` takes.
        target: new or empty.
        repo: `OWNER/NAME`, for the card.
        title: of the card; by default the repository's name.
        licence: of the whole, as the Hub spells it; `other` says that it is what a LICENSE in the folder says, or that
            every source has its own.
        say: told how many images say where they were taken; None keeps silent.

    Returns:
        What the card says.

    Raises:
        RealFakeError: data that cannot be loaded, an image that cannot be read, or a licence unknown to the Hub.
    """
    require_licence(licence)
    folder = Path(data).expanduser()
    title = title or repo.rpartition("/")[2]
    if any((folder / name).is_file() for name in (PREPARE_FILE, ALIGN_FILE)):
        facts = read_facts(folder, title=title, licence=licence)
        positions = sum(_write_splits(load_data(folder / below), target / below) for below in facts.configs.values())
    else:
        dataset = load_data(data)
        beside = folder if folder.is_dir() else folder.parent
        columns = {split: rows.with_format(None).select_columns(["label", "source"]) for split, rows in dataset.items()}
        counts = count_images((split, rows["label"][:], rows["source"][:]) for split, rows in columns.items())
        facts = collected_facts(counts, beside, title=title, licence=licence)
        positions = _write_splits(dataset, target)
    if positions and say:
        images = "1 image says where it was" if positions == 1 else f"{positions} images say where they were"
        say(f"{images} taken (GPS), and their files go as they are: `realfake prepare` writes images without metadata.")
    facts = dataclasses.replace(facts, repo=repo, licence_file=(folder / LICENCE_FILE).is_file())
    if facts.licence_file:
        shutil.copyfile(folder / LICENCE_FILE, target / LICENCE_FILE)
    written = folder / CARD_FILE
    if written.is_file() and MARKER not in written.read_text(encoding="utf-8", errors="replace"):
        shutil.copyfile(written, target / CARD_FILE)
    else:
        write_text(target / CARD_FILE, f"{render_dataset_card(facts)}\n")
    return facts


def _write_splits(dataset: DatasetDict, folder: Path) -> int:
    """The number of images that say where they were taken."""
    positions = 0
    for split, rows in dataset.items():
        shards = max(1, -(-_stored_bytes(rows) // SHARD_BYTES))
        for number in range(shards):
            file = folder / split / f"{split}-{number:05d}-of-{shards:05d}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            positions += _write_parquet(rows.shard(num_shards=shards, index=number, contiguous=True), file)
    return positions


def _write_parquet(rows: Dataset, file: Path) -> int:
    import pyarrow.parquet as pq
    from datasets import Image
    from datasets.table import embed_table_storage

    rows = rows.remove_columns([name for name in rows.column_names if _tells_paths(rows, name)])
    rows = rows.cast_column("image", Image())  # so that who loads them gets pictures
    schema = rows.features.arrow_schema
    positions = 0
    with file.open("wb") as stream, pq.ParquetWriter(stream, schema) as writer:
        batches = rows.with_format("arrow").iter(batch_size=BATCH)
        for batch in counted("Writing the images as parquet", batches, total=-(-len(rows) // BATCH)):
            try:
                _refuse_irregular(batch)
                table: pa.Table = embed_table_storage(batch.cast(schema))
            except OSError as error:
                raise RealFakeError(f"{error.filename} cannot be read: take it out of the data.") from error
            images = table.column("image").to_pylist()
            positions += sum(tells_position(image["bytes"]) for image in images if image and image["bytes"])
            writer.write_table(table)
    return positions


def _refuse_irregular(batch: pa.Table) -> None:
    """What is embedded is opened, and a named pipe would wait for a writer for ever; nobody can open an empty file."""
    for chunk in batch.column("image").chunks:
        for path in chunk.filter(chunk.field("bytes").is_null()).field("path").to_pylist():
            if path and Path(path).exists() and not Path(path).is_file():
                raise RealFakeError(f"{path} is no regular file: take it out of the data.")
            if path and Path(path).exists() and not Path(path).stat().st_size:
                raise RealFakeError(f"{path} is empty (0 bytes): take it out of the data.")


def _tells_paths(rows: Dataset, name: str) -> bool:
    import pyarrow.compute as pc
    from datasets import Value

    if rows.features[name] != Value("string") or name == "source":
        return False
    batches = rows.select_columns([name]).with_format("arrow").iter(batch_size=TEXTS)
    return any(pc.any(pc.match_substring_regex(batch[name], PATHS)).as_py() for batch in batches)


def _stored_bytes(rows: Dataset) -> int:
    import pyarrow.compute as pc

    images = rows.data.column("image").chunks  # one by one: together they would be copied into memory
    inside = sum(pc.sum(pc.binary_length(chunk.field("bytes"))).as_py() or 0 for chunk in images)
    paths = [path for chunk in images for path in chunk.field("path").to_pylist() if path and not inside]
    return int(inside + sum(Path(path).stat().st_size for path in paths if Path(path).is_file()))
