"""How the cost of scan, prepare, evaluate and audit grows with the number of images, and of scan with megapixels.

    python tests/benchmarks/bench_growth.py [--counts 10,100,1000,10000] [--commands scan,audit] [--output bench.json]

Each command runs in a process of its own on small photographs (and scan on few of growing size). Printed are the
processor seconds and the slope of a straight line through their logarithms: 1 is linear, and a command whose start
still counts has less. So the slope of the last step, where most of the time is the images', is printed too.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from bench_prepare import make_photos, numbers, photographs
from PIL import Image

COMMANDS = ("scan", "prepare", "evaluate", "audit")
OPTIONS = {
    "scan": ["--output", "{out}/verdicts.jsonl", "--quiet"],
    "prepare": ["{out}/prepared", "--sizes", "64", "--quiet"],
    "evaluate": ["--output", "{out}/evaluation", "--no-page", "--quiet"],
    "audit": ["--output", "{out}/audit", "--quiet"],
}
LARGE_FILES = 4


def processor_seconds(command: str, data: Path) -> float:
    """Run a command of `realfake` on a folder: processor seconds of it and its workers."""
    with tempfile.TemporaryDirectory() as out:
        options = [option.format(out=out) for option in OPTIONS[command]]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "realfake_hf.cli.main", command, str(data), *options], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def slope(sizes: list[float], seconds: list[float]) -> float:
    """Of the line through the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def show(name: str, sizes: list[float], seconds: list[float]) -> dict[str, object]:
    """Print one row, and return it."""
    steps = [
        math.log(t1 / t0) / math.log(n1 / n0)
        for (n0, t0), (n1, t1) in itertools.pairwise(zip(sizes, seconds, strict=True))
    ]
    overall = slope(sizes, seconds)
    measured = ", ".join(f"{size:g}: {second:.2f} s" for size, second in zip(sizes, seconds, strict=True))
    print(f"{name:22} slope {overall:.2f}, of the last step {steps[-1]:.2f} ({measured})", flush=True)
    return {"sizes": sizes, "processor_seconds": seconds, "slope": overall, "last_slope": steps[-1]}


def by_count(command: str, counts: list[int], side: int, work: Path) -> dict[str, object]:
    """Seconds against the number of files."""
    seconds = []
    for count in counts:
        root = make_photos(work / f"{command}-{count}", count, side)
        seconds.append(processor_seconds(command, root))
        shutil.rmtree(root)
    return show(f"{command}, images", [float(count) for count in counts], seconds)


def by_megapixels(megapixels: list[int], work: Path) -> dict[str, object]:
    """Seconds of scan against the size of the files."""
    seconds = []
    for size in megapixels:
        root = work / f"large-{size}"
        root.mkdir()
        for number, photo in enumerate(photographs()[:LARGE_FILES]):
            scale = (size * 1e6 / (photo.width * photo.height)) ** 0.5
            large = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.BICUBIC)
            large.save(root / f"{number}.jpg", quality=90)
        seconds.append(processor_seconds("scan", root))
        shutil.rmtree(root)
    return show("scan, megapixels", [float(size) for size in megapixels], seconds)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=numbers, default=[10, 100, 1000, 10_000])
    parser.add_argument("--side", type=int, default=256, help="width of the files, px")
    parser.add_argument("--megapixels", type=numbers, default=[1, 4, 16, 64])
    parser.add_argument("--commands", default=",".join(COMMANDS))
    parser.add_argument("--output", type=Path, help="the figures as JSON")
    options = parser.parse_args()
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as work:
        for command in options.commands.split(","):
            found[command] = by_count(command, options.counts, options.side, Path(work))
        found["scan, megapixels"] = by_megapixels(options.megapixels, Path(work))
    if options.output:
        options.output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
