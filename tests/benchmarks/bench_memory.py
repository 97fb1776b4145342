"""Is memory flat? Peak memory of `realfake scan` over few and over many files, and of one very large photograph.

    python tests/benchmarks/bench_memory.py [--counts 1000,50000] [--side 200] [--megapixels 100]
        [--model MODEL] [--output memory.json]

The files are links to a hundred small photographs, so that the disk has room for any number of them. Printed are the
peak of the process and its children, and what the last count takes more than the first; above 10 %, or above 1 GiB
for the photograph, the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil
from bench_prepare import make_photos, numbers, photographs
from PIL import Image

MOST_GROWTH = 0.10
MOST_BYTES = 1 << 30
DIFFERENT = 100


class Peak(NamedTuple):
    """Most bytes that a command and its children held.

    Attributes:
        resident: all that lies in memory, files that are mapped there included; what processes share counts for each.
        private: what the system cannot take back when memory is short: no files, and what is shared counts once.
    """

    resident: int
    private: int


def memory_of(process: int) -> Peak:
    """What a process holds now, as Linux tells."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    kilobytes = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines)}
    return Peak(1024 * kilobytes["Rss"], 1024 * (kilobytes["Pss_Anon"] + kilobytes["Pss_Shmem"]))


def peak(arguments: list[str], **environment: str) -> Peak:
    """Run a command of `realfake` and look at it ten times a second."""
    command = [sys.executable, "-m", "realfake_hf.cli.main", *arguments, "--quiet"]
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **environment})
    most = Peak(0, 0)

    def look() -> None:
        nonlocal most
        while process.is_running():
            with suppress(psutil.Error, OSError):  # a worker has just ended
                found = [memory_of(one.pid) for one in (process, *process.children(recursive=True))]
                most = Peak(*map(max, most, map(sum, zip(*found, strict=True))))
            time.sleep(0.1)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    assert process.wait() in (0, 1)
    return most


def linked(folder: Path, photos: list[Path], count: int) -> Path:
    """A folder of so many files."""
    folder.mkdir()
    for number in range(count):
        os.link(photos[number % len(photos)], folder / f"{number:06}.jpg")
    return folder


def main() -> None:
    """Scan and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=numbers, default=[1_000, 50_000])
    parser.add_argument("--side", type=int, default=200, help="width of the files, px")
    parser.add_argument("--megapixels", type=int, default=100)
    parser.add_argument("--model", default="default", help="a smaller one is quicker, and hides less of the growth")
    parser.add_argument("--output", type=Path, help="JSON")
    options = parser.parse_args()
    by = ["--model", options.model]
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        photos = sorted(make_photos(work / "photos", DIFFERENT, options.side).rglob("*.jpg"))
        found = {}
        for count in options.counts:
            folder = linked(work / str(count), photos, count)
            found[count] = peak(["scan", str(folder), *by, "--output", str(work / f"{count}.jsonl")]).resident
            print(f"{count:,} files: {found[count] / 1e6:.0f} MB", flush=True)
        growth = found[options.counts[-1]] / found[options.counts[0]] - 1
        print(f"growth {100 * growth:+.1f} %")
        photo = photographs()[0]
        scale = (options.megapixels * 1e6 / (photo.width * photo.height)) ** 0.5
        size = (round(photo.width * scale), round(photo.height * scale))
        photo.resize(size, Image.Resampling.BILINEAR).save(work / "large.jpg", quality=90)
        large = peak(["scan", str(work / "large.jpg"), *by, "--output", str(work / "large.jsonl")]).resident
        print(f"a photograph of {size[0] * size[1] / 1e6:.0f} megapixels: {large / 2**20:.0f} MiB")
    if options.output:
        figures = {"peak_bytes": found, "growth": growth, "large_bytes": large}
        options.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if growth > MOST_GROWTH or large > MOST_BYTES else 0)


if __name__ == "__main__":
    main()
