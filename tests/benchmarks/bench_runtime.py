"""How fast onnxruntime judges beside torch, and how soon each has its first verdict.

    python tests/benchmarks/bench_runtime.py [MODEL] [--images 40] [--rounds 3]

The model is exported first, in 8 bits too. Then the runtimes take turns on the same images, batch by batch as
`Detector` makes them, and the ratio of each round and their medians are printed. The start is that of a process of its
own which judges one image.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

import torch

from realfake_hf.detection.detector import Detector
from realfake_hf.images.image_folders import find_images
from realfake_hf.inference.onnx.export import INT8_FILE, export_model
from realfake_hf.inference.onnx.int8 import Int8Options

GALLERY = Path(__file__).resolve().parents[2] / "realfake_hf" / "gallery"
ONE_VERDICT = "import sys; from realfake_hf import Detector; Detector(sys.argv[1])(sys.argv[2])"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", default="default")
    parser.add_argument("--images", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    samples = find_images(GALLERY)
    images = list(islice(cycle(samples), options.images))
    with tempfile.TemporaryDirectory() as folder:
        export_model(options.model, folder, int8=Int8Options(keep=True))
        exported = {"onnx": Path(folder), "onnx int8": Path(folder) / INT8_FILE}
        detectors = {"torch": Detector(options.model, device="cpu")}
        detectors.update({name: Detector(path) for name, path in exported.items()})
        for detector in detectors.values():
            detector(images[:2])  # the first batch pays for what comes once
        ratios: dict[str, list[float]] = {name: [] for name in exported}
        for _ in range(options.rounds):
            speeds = {name: images_per_second(detector, images) for name, detector in detectors.items()}
            for name in ratios:
                ratios[name].append(speeds[name] / speeds["torch"])
            print(", ".join(f"{name} {speed:.1f} images/s" for name, speed in speeds.items()))
        for name, values in ratios.items():
            print(f"{name} / torch: median {statistics.median(values):.2f} ({torch.get_num_threads()} threads)")
        starts = {name: first_verdict(str(path), samples[0]) for name, path in exported.items()}
        starts["torch"] = first_verdict(options.model, samples[0])
        print("first verdict after " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in starts.items()))


def images_per_second(detector: Detector, images: list[Path]) -> float:
    """Images judged a second, files read and decoded as well."""
    start = time.perf_counter()
    assert all(verdict.label for verdict in detector.stream(images))
    return len(images) / (time.perf_counter() - start)


def first_verdict(model: str, image: Path) -> float:
    """Seconds from the start of a process to its end, one verdict between; the better of two."""
    command = [sys.executable, "-c", ONE_VERDICT, model, str(image)]
    times = []
    for _ in range(2):
        start = time.perf_counter()
        subprocess.run(command, check=True)
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
