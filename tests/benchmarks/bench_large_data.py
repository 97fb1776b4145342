"""Can a data set be larger than the memory? Peak memory of prepare, audit, evaluate and train against its size.

    python tests/benchmarks/bench_large_data.py [--megabytes 200,1000] [--kinds tar,parquet] [--commands audit,train]
        [--output large.json]

The data are photographs in WebDataset tars or parquet files of 100 MB. Behind the end of each picture stand bytes of
its own up to a megabyte: it is the memory that is measured, not the decoder. Every command starts with an empty cache
of `datasets`. Printed is its private memory, with its workers': what the system cannot take back when memory is
short. Files that are mapped into memory, as `datasets` does with its cache, are not in it. Where a command takes more
than a tenth of the added data the exit code is 1.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from bench_faults import RECIPE
from bench_memory import peak
from bench_prepare import numbers, photographs

SIZE = (320, 240)
DIFFERENT = 100
IMAGE_BYTES = 1_000_000
SHARD_BYTES = 100_000_000
VALIDATION = 10
"""One image in so many is of the val split."""
MOST_OF_THE_DATA = 0.1

Image = tuple[bytes, int, str]
"""Content, label, source."""


def images(total: int) -> Iterator[Image]:
    """Images of so many bytes together; each has other bytes, `DIFFERENT` have other pixels."""
    contents: list[bytes] = []
    rng = np.random.default_rng(0)
    number = 0
    while total > 0:
        if len(contents) < DIFFERENT:
            photo = photographs()[number % len(photographs())]
            width = int(rng.integers(photo.width // 2, photo.width))
            height = min(photo.height, width * 3 // 4)
            left, top = rng.integers(0, photo.width - width + 1), rng.integers(0, photo.height - height + 1)
            stream = io.BytesIO()
            photo.resize(SIZE, box=(left, top, left + width, top + height)).save(stream, "JPEG", quality=92)
            contents.append(stream.getvalue())
        content = contents[number % DIFFERENT]
        content += rng.bytes(IMAGE_BYTES - len(content))
        yield content, number % 2, f"source-{number // 2 % 5}"
        total -= len(content)
        number += 1


def write_tar(path: Path, rows: list[Image]) -> None:
    """A shard of a WebDataset."""
    with tarfile.open(path.with_suffix(".tar"), "w") as tar:
        for number, (content, label, source) in enumerate(rows):
            described = json.dumps({"label": label, "source": source}).encode()
            for suffix, member in (("jpg", content), ("json", described)):
                entry = tarfile.TarInfo(f"{number:06}.{suffix}")
                entry.size = len(member)
                tar.addfile(entry, io.BytesIO(member))


def write_parquet(path: Path, rows: list[Image]) -> None:
    """The same as parquet."""
    contents, labels, sources = zip(*rows, strict=True)
    stored = [{"bytes": content, "path": None} for content in contents]
    table = pa.table({"image": stored, "label": labels, "source": sources})
    pq.write_table(table, path.with_suffix(".parquet"), row_group_size=100)


WRITERS = {"tar": write_tar, "parquet": write_parquet}


def write_data(folder: Path, kind: str, megabytes: int) -> Path:
    """A data set with train and val."""
    folder.mkdir()
    waiting: dict[str, list[Image]] = {"train": [], "val": []}
    shards = dict.fromkeys(waiting, 0)

    def write(split: str) -> None:
        WRITERS[kind](folder / f"{split}-{shards[split]:05}", waiting[split])
        waiting[split] = []
        shards[split] += 1

    for number, image in enumerate(images(megabytes * 1_000_000)):
        split = "val" if number % VALIDATION in (0, 1) else "train"
        waiting[split].append(image)
        if sum(len(content) for content, _, _ in waiting[split]) > SHARD_BYTES:
            write(split)
    for split, rows in waiting.items():
        if rows:
            write(split)
    return folder


def options_of(command: str, data: Path, work: Path) -> list[str]:
    """The arguments of a command; what it writes is small."""
    recipe = work / "tiny.yaml"
    training = {**RECIPE["training"], "num_train_epochs": 1}
    recipe.write_text(yaml.safe_dump({**RECIPE, "training": training}), encoding="utf-8")
    return {
        "prepare": ["prepare", str(data), f"{work}/out", "--sizes", "64"],
        "audit": ["audit", str(data), "--output", f"{work}/out", "--sample", "500"],
        "evaluate": [
            "evaluate",
            str(data),
            "--split",
            "train",
            "--output",
            f"{work}/out",
            "--tiers",
            "clean",
            "--no-page",
        ],
        "train": ["train", str(recipe), "--data", str(data), "--output", f"{work}/out"],
    }[command]


def main() -> None:
    """Write the data, run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=numbers, default=[200, 1000])
    parser.add_argument("--kinds", default=",".join(WRITERS))
    parser.add_argument("--commands", default="prepare,audit,evaluate,train")
    parser.add_argument("--output", type=Path, help="JSON")
    options = parser.parse_args()
    found: dict[str, dict[str, dict[int, int]]] = {}
    grew = False
    for kind in options.kinds.split(","):
        found[kind] = {command: {} for command in options.commands.split(",")}
        for megabytes in options.megabytes:
            with tempfile.TemporaryDirectory() as folder:
                data = write_data(Path(folder) / "data", kind, megabytes)
                for command, peaks in found[kind].items():
                    with tempfile.TemporaryDirectory() as name:
                        most = peak(options_of(command, data, Path(name)), HF_HOME=f"{name}/hf")
                    peaks[megabytes] = most.private
                    print(f"{kind:8} {command:9} {megabytes:6,} MB: {most.private / 1e6:5.0f} MB", flush=True)
        for command, peaks in found[kind].items():
            first, last = options.megabytes[0], options.megabytes[-1]
            growth = (peaks[last] - peaks[first]) / max(1, (last - first) * 1_000_000)
            grew |= growth > MOST_OF_THE_DATA
            print(f"{kind:8} {command:9} takes {100 * growth:+.1f} % of the added data")
    if options.output:
        options.output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if grew else 0)


if __name__ == "__main__":
    main()
