"""How much faster `realfake scan` is than a loop over Transformers' pipeline, and how near it comes to the limit.

    python tests/benchmarks/bench_scan.py [--images 1000] [--rounds 3] [--model default] [--output bench.json]

Photographs of 0.3 to 12 megapixels are made from photographs: six in ten JPEG, the others PNG and WebP. Then
take turns, each in a process of its own that has imported and loaded everything before its clock starts:

- scan: `Detector.stream` and the record of each verdict, as `realfake scan` runs it;
- pipeline: `transformers.pipeline("image-classification", batch_size=16)` over the same files;
- limit: the same number of threads as cores decode every file, and then run the bare network on as many crops, from
  memory;
- evaluate: `evaluate` in the tiers clean, web and hard, from loading the data to the written result.

The ratios are printed in seconds and in processor seconds, which a busy machine disturbs less, with the largest
difference of p_fake, and the peak memory of scan over a tenth of the files and over all.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from realfake_hf.storage.machine import available_cores

PHOTOGRAPHS = Path(__file__).resolve().parents[1] / "photographs"
MEGAPIXELS = (0.3, 12.0)
SAME_WITHIN = 0.005


def make_photographs(folder: Path, count: int) -> None:
    """Write `count` photographs, their sizes spread evenly on a logarithmic scale."""
    sources = [Image.open(path).convert("RGB") for path in sorted(PHOTOGRAPHS.glob("*.jpg"))]

    def write(number: int) -> None:
        rng = np.random.default_rng(number)
        source = sources[number % len(sources)]
        megapixels = MEGAPIXELS[0] * (MEGAPIXELS[1] / MEGAPIXELS[0]) ** rng.random()
        scale = (megapixels * 1e6 / (source.width * source.height)) ** 0.5
        size = round(source.width * scale), round(source.height * scale)
        image = source.resize(size, Image.Resampling.LANCZOS)
        # What a sensor adds, so that files are as large as photographs are.
        noise = rng.integers(-3, 4, (256, 256, 3), dtype=np.int16)
        rows, columns = -(-size[1] // 256), -(-size[0] // 256)
        grain = np.tile(noise, (rows, columns, 1))[: size[1], : size[0]]
        image = Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8))
        kind = rng.random()
        if kind < 0.6:
            image.save(folder / f"{number:05}.jpg", quality=int(rng.integers(75, 96)))
        elif kind < 0.8:
            image.save(folder / f"{number:05}.png", compress_level=3)
        else:
            image.save(folder / f"{number:05}.webp", quality=int(rng.integers(75, 96)), method=2)

    with ThreadPoolExecutor(available_cores()) as pool:
        list(pool.map(write, range(count)))


def run_scan(files: list[Path], model: str) -> dict[str, float | None]:
    """p_fake by file."""
    from realfake_hf.detection.detector import Detector
    from realfake_hf.inference.allocator import keep_freed_memory

    keep_freed_memory()
    detector = Detector(model)
    detector(files[0])
    clock = Clock()
    found = {}
    for verdict in detector.stream(files):
        verdict.record.to_json()
        found[str(verdict.path)] = verdict.p_fake
    clock.stop()
    return found


def run_pipeline(files: list[Path], model: str) -> dict[str, float | None]:
    """p_fake by file."""
    from transformers import pipeline

    import realfake_hf  # noqa: F401 - the Auto classes know our models
    from realfake_hf.inference.model_loading import model_folder

    classifier = pipeline("image-classification", model=str(model_folder(model)), device="cpu", dtype="float32")
    classifier(str(files[0]))
    clock = Clock()
    found: dict[str, float | None] = {}
    for file, answers in zip(files, classifier([str(file) for file in files], batch_size=16), strict=True):
        found[str(file)] = next(answer["score"] for answer in answers if answer["label"] == "fake")
    clock.stop()
    return found


def run_limit(files: list[Path], model: str) -> dict[str, float | None]:
    """Decoding alone, then the network alone."""
    from realfake_hf.inference.model_loading import model_folder
    from realfake_hf.inference.onnx.onnx_model import OnnxModel

    network = OnnxModel(model_folder(model) / "model.onnx", threads=1)

    def decode(file: Path) -> tuple[int, int]:
        with Image.open(file) as image:
            return image.convert("RGB").size

    with ThreadPoolExecutor(available_cores()) as pool:
        crops = [network.prepare(Image.open(file).convert("RGB"))[None] for file in files[:8]]
        counts = [len(network.processor.crops(Image.new("RGB", decode(file)), network.processor.num_crops))
                  for file in files[:40]]  # fmt: skip
        mean_crops, one = statistics.mean(counts), crops[0][:, :1]
        network.logits(one)
        clock = Clock()
        list(pool.map(decode, files))
        runs = round(len(files) * mean_crops / crops[0].shape[1])
        list(pool.map(lambda number: network.logits(crops[number % len(crops)]), range(runs)))
        clock.stop()
    return {}


def run_evaluate(files: list[Path], model: str) -> dict[str, float | None]:
    """The files as photographs and fakes by turns; the answers are in the result, not here."""
    from realfake_hf.evaluation.evaluate import evaluate

    with tempfile.TemporaryDirectory() as work:
        for number, file in enumerate(files):
            folder = Path(work) / "data" / ("real", "fake")[number % 2]
            folder.mkdir(parents=True, exist_ok=True)
            (folder / file.name).hardlink_to(file)
        clock = Clock()
        evaluate(Path(work) / "data", output=Path(work) / "out", model=model, page=False)
        clock.stop()
    return {}


class Clock:
    """Seconds and processor seconds of what lies between its making and `stop`, which prints them."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), _processor_seconds()

    def stop(self) -> None:
        kilo = 1 if sys.platform == "darwin" else 1024
        figures = {
            "seconds": time.perf_counter() - self._wall,
            "processor_seconds": _processor_seconds() - self._processor,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilo / 1e6,
        }
        print(json.dumps(figures), flush=True)


def _processor_seconds() -> float:
    """Of this process and of those that it waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


RUNS = {"scan": run_scan, "pipeline": run_pipeline, "limit": run_limit, "evaluate": run_evaluate}


def child(name: str, folder: Path, model: str, count: int) -> tuple[dict[str, float], dict[str, float | None]]:
    """Run one of `RUNS` in a process of its own: its figures and its answers."""
    command = [sys.executable, __file__, "--child", name, str(folder), "--model", model, "--images", str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures, answers = done.stdout.splitlines()[-2:]
    return json.loads(figures), json.loads(answers)


def median(rounds: Iterable[dict[str, dict[str, float]]], over: str, under: str, what: str) -> float:
    """The median over rounds of how many times as long `over` took as `under`."""
    return statistics.median(figures[over][what] / figures[under][what] for figures in rounds)


def compare(folder: Path, model: str, count: int, rounds: int) -> dict[str, object]:
    """Let all take turns, and print."""
    measured: list[dict[str, dict[str, float]]] = []
    largest = 0.0
    for number in range(rounds):
        results = {name: child(name, folder, model, count) for name in RUNS}
        measured.append({name: figures for name, (figures, _) in results.items()})
        ours, theirs = results["scan"][1], results["pipeline"][1]
        largest = max(largest, *(abs((ours[path] or 0) - (theirs[path] or 0)) for path in theirs))
        print(
            f"round {number + 1}: "
            + ", ".join(
                f"{name} {figures['seconds']:.1f} s ({figures['processor_seconds']:.1f} s of processor)"
                for name, figures in measured[-1].items()
            ),
            flush=True,
        )
    few = child("scan", folder, model, max(1, count // 10))[0]["peak_mb"]
    summary: dict[str, object] = {
        "model": model,
        "images": count,
        "cores": available_cores(),
        "times_faster_than_pipeline": median(measured, "pipeline", "scan", "seconds"),
        "times_less_processor_time_than_pipeline": median(measured, "pipeline", "scan", "processor_seconds"),
        "share_of_limit": median(measured, "limit", "scan", "seconds"),
        "share_of_limit_in_processor_time": median(measured, "limit", "scan", "processor_seconds"),
        "evaluate_in_three_tiers_times_scan": median(measured, "evaluate", "scan", "seconds"),
        "evaluate_in_three_tiers_times_scan_in_processor_time": median(
            measured, "evaluate", "scan", "processor_seconds"
        ),
        "largest_difference_of_p_fake": largest,
        "peak_mb": {"tenth": few, "all": max(figures["scan"]["peak_mb"] for figures in measured)},
        "rounds": measured,
    }
    for name, value in summary.items():
        if name != "rounds":
            print(f"{name}: {value:.3f}" if isinstance(value, float) else f"{name}: {value}")
    print(f"p_fake the same within {SAME_WITHIN}: {'yes' if largest <= SAME_WITHIN else 'NO'}")
    return summary


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="default", help="an embedded one")
    parser.add_argument("--output", type=Path, help="the figures as JSON")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        name, folder = options.child
        files = sorted(Path(folder).iterdir())[: options.images]
        print(json.dumps(RUNS[name](files, options.model)))
        return
    with tempfile.TemporaryDirectory() as folder:
        make_photographs(Path(folder), options.images)
        summary = compare(Path(folder), options.model, options.images, options.rounds)
    if options.output:
        options.output.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
