"""How near `prepare` comes to what Pillow alone can do, and whether its memory stays flat.

    python tests/benchmarks/bench_prepare.py
    python tests/benchmarks/bench_prepare.py --count 2000 --side 1024 --rounds 5
    python tests/benchmarks/bench_prepare.py --rounds 0 --memory 1000,100000

Throughput: the limit is a pool of processes, one per core, in which Pillow decodes, resizes (Lanczos, padded)
and encodes every file for every size, and writes nothing. `prepare` does that, reads, hashes, finds
near-duplicates, splits, writes and tells. Both run in turn, several times, on the same files; the medians and the
best rounds are compared, in seconds and in processor seconds, which a busy machine disturbs less. Memory: peak
resident set of the whole run, in a process of its own, at two numbers of small files.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import multiprocessing
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from functools import cache, partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from realfake_hf.data.preparing.prepare import prepare
from realfake_hf.storage.machine import available_cores

PHOTOS = Path(__file__).resolve().parents[1] / "photographs"
BIT_OF_A_RUN = 8


@cache
def photographs() -> list[Image.Image]:
    """The photographs that ship with the package."""
    return [Image.open(path).convert("RGB") for path in sorted(PHOTOS.glob("*.jpg"))]


def make_photo(index: int, *, root: Path, side: int) -> None:
    """Write one JPEG, `side` pixels wide: a crop of a real photograph, each one another."""
    rng = np.random.default_rng(index)
    photo = photographs()[index % 6]
    # Small ones are cut out as they are: a hundred thousand must not take longer to make than to prepare.
    width = side if side <= 96 else int(rng.integers(photo.width // 2, photo.width))
    height = min(photo.height, width * 3 // 4)
    left, top = rng.integers(0, photo.width - width + 1), rng.integers(0, photo.height - height + 1)
    crop = photo.resize((side, side * 3 // 4), box=(left, top, left + width, top + height))
    folder = root / ("real" if index % 2 else "fake") / f"source-{index // 2 % 5}"
    folder.mkdir(parents=True, exist_ok=True)
    crop.save(folder / f"{index:07d}.jpg", quality=int(rng.integers(80, 96)))


def make_photos(root: Path, count: int, side: int) -> Path:
    """A collection of `count` photographs, both classes, five sources each."""
    with multiprocessing.Pool(available_cores()) as pool:
        for _ in pool.imap_unordered(partial(make_photo, root=root, side=side), range(count), chunksize=64):
            pass
    return root


def decode_resize_encode(path: Path, *, sizes: tuple[int, ...]) -> int:
    """What nobody can leave out: the bytes of the variants of one file, counted."""
    with Image.open(path) as opened:
        image = opened.convert("RGB")
    total = 0
    for size in sizes:
        buffer = io.BytesIO()
        padded = ImageOps.pad(image, (size, size), method=Image.Resampling.LANCZOS, color="black")
        padded.save(buffer, "JPEG", quality=85, subsampling="4:2:0")
        total += len(buffer.getvalue())
    return total


def seconds_of_limit(root: Path, sizes: tuple[int, ...]) -> tuple[float, float]:
    """Seconds, and processor seconds, that Pillow alone needs on all cores."""
    start, processor = time.perf_counter(), processor_seconds()
    files = sorted(root.rglob("*.jpg"))
    work = partial(decode_resize_encode, sizes=sizes)
    with multiprocessing.Pool(available_cores()) as pool:
        total = sum(pool.imap_unordered(work, files, chunksize=BIT_OF_A_RUN))
        pool.close()
        pool.join()
    assert total > 0
    return time.perf_counter() - start, processor_seconds() - processor


def seconds_of_prepare(root: Path, destination: Path, sizes: tuple[int, ...]) -> tuple[float, float]:
    """Seconds, and processor seconds, of a whole `prepare` into a new folder."""
    start, processor = time.perf_counter(), processor_seconds()
    summary = prepare(root, destination, sizes=sizes, progress=False)
    seconds = time.perf_counter() - start, processor_seconds() - processor
    assert summary.images + summary.duplicates == summary.files, summary
    shutil.rmtree(destination)
    return seconds


def processor_seconds() -> float:
    """Processor seconds so far of this process and of those it waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def compare(work: Path, count: int, side: int, sizes: tuple[int, ...], rounds: int) -> None:
    """Print images per second of both, and their ratio."""
    root = make_photos(work / "photos", count, side)
    limit, ours = [], []
    for number in range(rounds):
        limit.append(seconds_of_limit(root, sizes))
        ours.append(seconds_of_prepare(root, work / f"prepared-{number}", sizes))
        (wall, processor), (our_wall, our_processor) = limit[-1], ours[-1]
        print(
            f"round {number + 1}: Pillow {count / wall:.1f} images/s, prepare {count / our_wall:.1f} images/s, "
            f"ratio {wall / our_wall:.3f}, of processor time {processor / our_processor:.3f}",
            flush=True,
        )
    print(f"{count} JPEGs of {side} x {side * 3 // 4} px to {sizes} px on {available_cores()} cores:")
    for name, choose in (("medians", statistics.median), ("best rounds", min)):
        (wall, processor), (our_wall, our_processor) = (
            [choose(column) for column in zip(*rows, strict=True)] for rows in (limit, ours)
        )
        print(
            f"  ratio of the {name}: {wall / our_wall:.3f} (at least 0.85 is promised), of processor time "
            f"{processor / our_processor:.3f}"
        )
    shutil.rmtree(root)


def peak_memory(work: Path, counts: list[int], side: int) -> None:
    """Print the peak memory of runs over each number of files."""
    peaks = {}
    for count in counts:
        root = make_photos(work / f"small-{count}", count, side)
        command = [sys.executable, __file__, "--child", str(root), str(work / f"small-prepared-{count}")]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        peaks[count] = json.loads(done.stdout)
        print(
            f"{count} files: main process {peaks[count]['main']:.0f} MB, largest worker "
            f"{peaks[count]['worker']:.0f} MB, {peaks[count]['seconds']:.1f} s",
            flush=True,
        )
        shutil.rmtree(root)
        shutil.rmtree(work / f"small-prepared-{count}")
    for low, high in itertools.pairwise(counts):
        growth = peaks[high]["main"] - peaks[low]["main"]
        print(f"  from {low} to {high} files: {growth:+.0f} MB, {1e6 * growth / (high - low):.0f} bytes a file")


def report_child(source: str, destination: str) -> None:
    """Run `prepare` and print this process's and its workers' peak resident set, MB."""
    start = time.perf_counter()
    prepare(source, destination, sizes=(32,), progress=False)
    kilo = 1 if sys.platform == "darwin" else 1024
    usage = {
        "main": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilo / 1e6,
        "worker": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * kilo / 1e6,
        "seconds": time.perf_counter() - start,
    }
    print(json.dumps(usage))


def numbers(text: str) -> list[int]:
    """`"128,224"` as numbers."""
    return [int(part) for part in text.split(",")]


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="files for the throughput")
    parser.add_argument("--side", type=int, default=640, help="width of the files, px")
    parser.add_argument("--sizes", type=numbers, default=[128, 224], help="variants, px")
    parser.add_argument("--rounds", type=int, default=3, help="0: no throughput")
    parser.add_argument("--memory", type=numbers, default=[1000, 10_000], help="numbers of files")
    parser.add_argument("--memory-side", type=int, default=48, help="width of those files, px")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        report_child(*options.child)
        return
    with tempfile.TemporaryDirectory() as folder:
        if options.rounds:
            compare(Path(folder), options.count, options.side, tuple(options.sizes), options.rounds)
        peak_memory(Path(folder), options.memory, options.memory_side)


if __name__ == "__main__":
    main()
