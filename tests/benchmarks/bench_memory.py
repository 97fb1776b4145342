"""Is memory flat? Peak memory of `realfake scan` over few and over many files, and of one very large photograph.

    python tests/benchmarks/bench_memory.py [--counts 1000,50000] [--megapixels 100] [--output memory.json]

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
from pathlib import Path

import psutil
from bench_prepare import make_photos, numbers, photographs
from PIL import Image

MOST_GROWTH = 0.10
MOST_BYTES = 1 << 30
DIFFERENT = 100


def peak(arguments: list[str]) -> int:
    """Bytes that a command of `realfake` and its children hold at most, looked at ten times a second."""
    command = [sys.executable, "-m", "realfake_hf.cli.main", *arguments, "--quiet"]
    process = psutil.Popen(command, stdout=subprocess.DEVNULL)
    most = 0

    def look() -> None:
        nonlocal most
        while process.is_running():
            try:
                most = max(most, sum(one.memory_info().rss for one in (process, *process.children(recursive=True))))
            except psutil.Error:
                return
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
    parser.add_argument("--megapixels", type=int, default=100)
    parser.add_argument("--output", type=Path, help="JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        photos = sorted(make_photos(work / "photos", DIFFERENT, 200).rglob("*.jpg"))
        found = {}
        for count in options.counts:
            folder = linked(work / str(count), photos, count)
            found[count] = peak(["scan", str(folder), "--output", str(work / f"{count}.jsonl")])
            print(f"{count:,} files: {found[count] / 1e6:.0f} MB", flush=True)
        growth = found[options.counts[-1]] / found[options.counts[0]] - 1
        print(f"growth {100 * growth:+.1f} %")
        photo = photographs()[0]
        scale = (options.megapixels * 1e6 / (photo.width * photo.height)) ** 0.5
        size = (round(photo.width * scale), round(photo.height * scale))
        photo.resize(size, Image.Resampling.BILINEAR).save(work / "large.jpg", quality=90)
        large = peak(["scan", str(work / "large.jpg"), "--output", str(work / "large.jsonl")])
        print(f"a photograph of {size[0] * size[1] / 1e6:.0f} megapixels: {large / 2**20:.0f} MiB")
    if options.output:
        figures = {"peak_bytes": found, "growth": growth, "large_bytes": large}
        options.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if growth > MOST_GROWTH or large > MOST_BYTES else 0)


if __name__ == "__main__":
    main()
