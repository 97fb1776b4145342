"""Faults tried and survived: kills, requests to end, Ctrl-C, a full disk and an output that cannot be written.

    python tests/benchmarks/bench_faults.py [--times 20] [--commands scan,explain] [--kinds SIGKILL] [--seed 0]
        [--output faults.json]

Each command runs on a small input in a process of its own. It is stopped so many times at random moments of its life
on one and the same output, then run to its end; survived is a stop after which every file was whole or absent, no
traceback was shown, the next run went on, and in the end the result was that of an undisturbed run. `push` talks to a
Hub on loopback. A full disk is a limit on the size of files; what cannot be written is a folder of /sys.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import torch
import yaml
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))

from faults import Case, Faults, Outcome, digests
from hub_server import HubServer

import realfake_hf
from realfake_hf import RealFakeCNNForImageClassification, RealFakeImageProcessor
from realfake_hf.data.aligning.taef2 import TAEF2
from realfake_hf.models.presets import preset_config
from realfake_hf.records.json_record import json_values
from realfake_hf.records.scan import read_records

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
LIMITS = [100, 3_000, 30_000]
SCANS = {"scan": ".jsonl", "scan-csv": ".csv", "scan-parquet": ".parquet"}
IMPORTED = ["realfake_hf.cli.main", "datasets", "hf_xet", "matplotlib.pyplot", "torch", "transformers.trainer"]
NETWORK = {"widths": [8, 8], "depths": [1, 1], "downsampling": ["none", "stride"], "image_size": 48}
RECIPE = {
    "model": {"preset": "realfake-net", "fields": NETWORK},
    "processor": {"size": 48},
    "training": {"num_train_epochs": 6, "per_device_train_batch_size": 8, "seed": 7, "use_cpu": True},
}


def cases(folder: Path, hub: HubServer) -> list[Case]:
    """Every command, on inputs that this makes."""
    model, recipe, vae = folder / "model", folder / "tiny.yaml", folder / "vae"
    torch.manual_seed(0)
    RealFakeCNNForImageClassification(preset_config("realfake-net", widths=[8] * 5)).save_pretrained(model)
    RealFakeImageProcessor(size=64).save_pretrained(model)
    TAEF2(width=8, latent_channels=4).save_pretrained(vae)
    recipe.write_text(yaml.safe_dump(RECIPE), encoding="utf-8")
    photos, data = folder / "photos", folder / "data"
    for split, label, count in ((s, k, n) for s, n in (("train", 16), ("val", 8)) for k in ("real", "fake")):
        cut_photos(data / split / label / f"{label}-source", count, (96, 80), label)
    for label in ("real", "fake"):
        cut_photos(photos / label, 24, (180, 150), label)

    def pushed(output: Path) -> Any:
        name = "me/" + output.parent.name
        if ("model", name) not in hub.repositories:
            return None
        # The card names the repository, in its title by the last part alone.
        files = {
            path: file.content.replace(output.parent.name.encode(), b"NAME")
            for path, file in hub.repository(name).files.items()
        }
        return files if "model.safetensors" in files else None

    on_model = ("--model", model)
    return [
        Case("prepare", lambda out: ["prepare", photos, out, "--sizes", 64, "--workers", 2], if_there(
            "prepare.json", prepared)),
        Case("align", lambda out: ["align", photos / "real", out, "--vae", vae, "--tile", 64, "--workers", 2], if_there(
            "align.json", aligned)),
        Case("train", lambda out: ["train", recipe, "--data", data, "-o", out, "-q"], if_there(
            "model/model.safetensors", lambda out: digests(out, "model/*.safetensors")), ("--resume",)),
        Case("evaluate", lambda out: ["evaluate", data, *on_model, "-o", out, "--sweep", "--workers", 2], if_there(
            "results.json", evaluated), ("--resume",)),
        *(Case(name, lambda out: ["scan", photos, *on_model, "-o", out, "-q", "--workers", 2, "--resume"], scanned(48),
            suffix=suffix) for name, suffix in SCANS.items()),
        Case("explain", lambda out: ["explain", data, *on_model, "-o", out, "--count", 8, "--pairs", 8], if_there(
            "faithfulness.json", lambda out: digests(out, "*.json", "*.jpg"))),
        Case("study", lambda out: ["study", recipe, "--data", data, "-o", out, "--quick", "-q"], if_there(
            "report/model-metrics.md", lambda out: digests(out, "**/model/*.safetensors"))),
        Case("push", lambda out: ["push", model, "me/" + out.parent.name], pushed),
    ]  # fmt: skip


def surroundings(hub: HubServer, folder: Path) -> dict[str, str]:
    """The environment of commands: the Hub on loopback, and one thread each."""
    return {
        "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token, "HF_HUB_OFFLINE": "0",
        "NO_PROXY": "127.0.0.1,localhost", "HF_HOME": str(folder / "hf"), "OMP_NUM_THREADS": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    }  # fmt: skip


def cut_photos(folder: Path, count: int, size: tuple[int, int], label: str) -> None:
    """Pieces of the package's sample images."""
    samples = sorted((Path(realfake_hf.__file__).parent / "gallery" / label).glob("*.jpg"))
    folder.mkdir(parents=True)
    for number in range(count):
        with Image.open(samples[number % len(samples)]) as photo:
            left, top = 7 * number % (photo.width - size[0]), 11 * number % (photo.height - size[1])
            photo.convert("RGB").crop((left, top, left + size[0], top + size[1])).save(
                folder / f"{folder.parent.name}-{number:02}.jpg", quality=92
            )


def if_there(last: str, contents: Callable[[Path], Any]) -> Callable[[Path], Any]:
    """Contents of an output whose last file is there; None of any other."""
    return lambda output: contents(output) if (output / last).exists() else None


def prepared(output: Path) -> Any:
    """The images and what the manifest says; None where the run has not come to its end."""
    if not json.loads((output / "prepare.json").read_text(encoding="utf-8")).get("complete"):
        return None
    return digests(output, "**/*.png", "**/*.jpg", "**/manifest.parquet")


def aligned(output: Path) -> Any:
    """The pairs; None where the run has not come to its end."""
    settings = json.loads((output / "align.json").read_text(encoding="utf-8"))
    return digests(output, "**/*.jpg") if settings.get("complete") else None


def evaluated(output: Path) -> Any:
    """Every prediction, in their order."""
    return rounded(pq.read_table(output / "predictions.parquet").to_pylist())


def scanned(count: int) -> Callable[[Path], Any]:
    """The records of a scan of so many images; None before all are there."""

    def contents(output: Path) -> Any:
        if not output.exists():
            return None
        if output.suffix == ".jsonl":  # grows while the scan runs, and a kill may leave half a line
            *lines, _ = output.read_text(encoding="utf-8").split("\n")
            records = [json.loads(line) for line in lines] if len(lines) >= count else []
        else:
            records = [json_values(record) for record in read_records(output)]
        return rounded(sorted(records, key=lambda record: record["path"])) if records else None

    return contents


def rounded(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Records with their numbers to four places: batches of other images move the last digits."""
    return [{k: round(v, 4) if isinstance(v, float) else v for k, v in record.items()} for record in records]


def main() -> None:
    """Try them all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20, help="stops of each kind and command")
    parser.add_argument("--commands", default="", help="some of them, with commas between")
    parser.add_argument("--kinds", default="", help="some of them, with commas between, as the table calls them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, help="JSON")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    table: dict[str, dict[str, Outcome]] = {}
    with tempfile.TemporaryDirectory() as folder, HubServer() as hub:
        os.environ.update(surroundings(hub, Path(folder)))  # read by the process that commands are forked from
        faults = Faults(Path(folder), IMPORTED)
        for case in cases(Path(folder), hub):
            if options.commands and case.name not in options.commands.split(","):
                continue
            kill = partial(faults.kill, case, times=options.times, rng=rng)
            kinds: dict[str, Callable[[], Outcome]] = {number.name: partial(kill, number) for number in SIGNALS}
            if case.name != "push":  # it writes no file of its own
                kinds["full disk"] = partial(faults.full_disk, case, limits=LIMITS)
                kinds["read-only"] = partial(faults.read_only, case, Path("/sys/kernel"))
            wanted = options.kinds.split(",") if options.kinds else kinds
            row = table[case.name] = {name: tried() for name, tried in kinds.items() if name in wanted}
            cells = "  ".join(f"{name} {one.survived}/{one.tried}" for name, one in row.items())
            print(case.name.ljust(10), cells, flush=True)
            for one in row.values():
                print("\n".join(one.failures), file=sys.stderr, end="\n" if one.failures else "", flush=True)
    if options.output:
        found = {name: {what: vars(one) for what, one in row.items()} for name, row in table.items()}
        options.output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if any(one.failures for row in table.values() for one in row.values()) else 0)


if __name__ == "__main__":
    main()
