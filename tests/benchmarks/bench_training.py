"""How near `realfake train` comes to a bare PyTorch loop that has its data in memory already, and to plain `Trainer`.

    python tests/benchmarks/bench_training.py DATA [RECIPE] [--set key=value]... [--rows 512] [--rounds 3]
        [--output training.json]

All train the same network on batches of the same size and take turns, each in a process of its own. The bare loop
repeats a few batches that were prepared before the clock starts. `Trainer` has the defaults of its
`TrainingArguments`, the recipe's augmentation and image processor as a transform of the data set, and the recipe's
batch size. Printed are the ratios of each round and their medians, in seconds of the wall's clock and of processor
time, workers included. Epochs of so few images pay more for what comes once an epoch.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch
from datasets import DatasetDict
from transformers import Trainer, TrainerCallback, TrainingArguments

from realfake_hf.data.loading import load_data
from realfake_hf.images.degradations import build_augmentation
from realfake_hf.images.stored_image import open_stored
from realfake_hf.inference.allocator import keep_freed_memory
from realfake_hf.training.arguments import training_arguments
from realfake_hf.training.images import CropCollator, LabelledImages
from realfake_hf.training.model_factory import build_model, build_training_processor
from realfake_hf.training.recipe import Recipe, load_recipe
from realfake_hf.training.sampler import EpochSampler
from realfake_hf.training.train import train
from realfake_hf.training.trainer import RealFakeTrainer

CLOCKS = ("wall", "processor")


def now() -> dict[str, float]:
    """Seconds of either clock; processor time is that of this process and of all that it started."""
    own = psutil.Process()
    times = [own.cpu_times(), *(child.cpu_times() for child in own.children(recursive=True))]
    spent = sum(one.user + one.system for one in times) + times[0].children_user + times[0].children_system
    return {"wall": time.perf_counter(), "processor": spent}


def since(start: dict[str, float], images: int) -> dict[str, float]:
    """Images a second of either clock."""
    end = now()
    return {clock: images / (end[clock] - start[clock]) for clock in CLOCKS}


def bare_loop(recipe: Recipe, data: Path, folder: Path) -> dict[str, float]:
    """Forward, backward and step over batches that are in memory; the first few are not timed."""
    keep_freed_memory()  # as `realfake train` does
    arguments = training_arguments(recipe, folder / "bare", quiet=True)
    model = build_model(recipe.model).to(arguments.device, memory_format=torch.channels_last).train()
    processor = build_training_processor(recipe.processor)
    images = LabelledImages(load_data(data)["train"], processor, build_augmentation(recipe.augmentation))
    collate = CropCollator(processor, channels_last=True)
    draws = list(EpochSampler(None, len(images), seed=0))
    size = arguments.per_device_train_batch_size
    starts = range(0, min(4 * size, len(draws) - size + 1), size)
    batches = [collate([images[draw] for draw in draws[start : start + size]]) for start in starts]
    batches = [{name: tensor.to(arguments.device) for name, tensor in batch.items()} for batch in batches]
    optimizer = torch.optim.AdamW(model.parameters(), lr=arguments.learning_rate)
    steps = len(images) // size
    for step in range(3 + steps):
        if step == 3:
            start = now()
        optimizer.zero_grad()
        with torch.autocast(arguments.device.type, torch.bfloat16, enabled=arguments.bf16):
            loss = model(**batches[step % len(batches)]).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), arguments.max_grad_norm)
        optimizer.step()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return since(start, steps * size)


def realfake_train(recipe: Recipe, data: Path, folder: Path) -> dict[str, float]:
    """The second epoch of `realfake train`: decoding, augmentation, logging and all."""
    speeds: list[dict[str, float]] = []
    with epochs_of_realfake(speeds):
        train(recipe, data=data, output=folder / "run", quiet=True)
    return speeds[1]


@contextmanager
def epochs_of_realfake(speeds: list[dict[str, float]]) -> Iterator[None]:
    """Note the speed of every epoch: from the end of one evaluation to the beginning of the next."""
    evaluate, start = RealFakeTrainer.evaluate, now()

    def timed(trainer: RealFakeTrainer, *args: Any, **kwargs: Any) -> dict[str, float]:
        nonlocal start
        speeds.append(since(start, trainer._shown))
        metrics = evaluate(trainer, *args, **kwargs)
        start = now()
        return metrics

    RealFakeTrainer.evaluate = timed  # type: ignore[method-assign]
    try:
        yield
    finally:
        RealFakeTrainer.evaluate = evaluate  # type: ignore[method-assign]


class Epochs(TrainerCallback):
    """Notes when every epoch begins and how fast it was."""

    def __init__(self, images: int) -> None:
        self.images = images
        self.speeds: list[dict[str, float]] = []

    def on_epoch_begin(self, *args: Any, **kwargs: Any) -> None:
        self.start = now()

    def on_epoch_end(self, *args: Any, **kwargs: Any) -> None:
        self.speeds.append(since(self.start, self.images))


def plain_trainer(recipe: Recipe, data: Path, folder: Path) -> dict[str, float]:
    """The second epoch of `Trainer` as most people would write it."""
    rows = load_data(data)["train"]
    processor, augment = build_training_processor(recipe.processor), build_augmentation(recipe.augmentation)
    generator = np.random.default_rng(0)

    def transform(batch: dict[str, list[Any]]) -> dict[str, Any]:
        images = [open_stored(stored) for stored in batch["image"]]
        if augment is not None:
            images = [augment(image, generator) for image in images]
        return {"pixel_values": processor(images, return_tensors="pt")["pixel_values"], "labels": batch["label"]}

    epochs = Epochs(len(rows))
    size = training_arguments(recipe, folder / "none", quiet=True).per_device_train_batch_size
    arguments = TrainingArguments(
        str(folder),
        per_device_train_batch_size=size,
        num_train_epochs=2,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        use_cpu=not torch.accelerator.is_available(),
    )
    Trainer(
        build_model(recipe.model), arguments, train_dataset=rows.with_transform(transform), callbacks=[epochs]
    ).train()
    return epochs.speeds[1]


RUNS: dict[str, Callable[[Recipe, Path, Path], dict[str, float]]] = {
    "bare loop": bare_loop,
    "realfake train": realfake_train,
    "Trainer": plain_trainer,
}


def child(name: str, options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """Run one of `RUNS` in a process of its own: its speeds."""
    settings = [part for override in options.overrides for part in ("--set", override)]
    command = [sys.executable, __file__, str(folder / "data"), options.recipe, *settings, "--child", name]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Let them take turns, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="as realfake train takes it")
    parser.add_argument("recipe", nargs="?", default="realfake-net")
    parser.add_argument("--set", action="append", default=[], dest="overrides")
    parser.add_argument("--rows", type=int, default=512, help="training images per epoch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, help="JSON")
    parser.add_argument("--child", choices=RUNS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        with tempfile.TemporaryDirectory() as folder:
            recipe = load_recipe(options.recipe, [*options.overrides, "training.num_train_epochs=2"])
            print(json.dumps(RUNS[options.child](recipe, Path(options.data), Path(folder))))
        return
    splits = load_data(options.data)
    rows = splits["train"].shuffle(seed=0).select(range(options.rows))
    few = splits["val"].shuffle(seed=0).select(range(min(64, len(splits["val"]))))
    rounds: list[dict[str, dict[str, float]]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        DatasetDict({"train": rows, "val": few}).save_to_disk(folder / "data")
        for _ in range(options.rounds):
            rounds.append({run: child(run, options, folder) for run in RUNS})
            print(
                ", ".join(
                    f"{run} {speeds['wall']:.1f} images/s ({speeds['processor']:.1f} a second of processor)"
                    for run, speeds in rounds[-1].items()
                ),
                flush=True,
            )
    medians = {
        f"realfake train / {other}": {
            clock: statistics.median(one["realfake train"][clock] / one[other][clock] for one in rounds)
            for clock in CLOCKS
        }
        for other in ("bare loop", "Trainer")
    }
    for what, ratio in medians.items():
        print(f"{what}: median {ratio['wall']:.2f}, in processor time {ratio['processor']:.2f}")
    print(f"({options.recipe}, {torch.get_num_threads()} threads)")
    if options.output:
        content = {"recipe": options.recipe, "rows": options.rows, "medians": medians, "rounds": rounds}
        options.output.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
