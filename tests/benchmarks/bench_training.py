"""How near `realfake train` comes to a bare PyTorch loop that has its data in memory already.

    python tests/benchmarks/bench_training.py DATA [RECIPE] [--set key=value]... [--rows 512] [--rounds 3]

Both train the same network with the same optimiser on batches of the same size; the bare loop repeats a few batches
that were prepared before the clock starts. The two take turns, and the ratio of each round and their median are
printed.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch
from datasets import DatasetDict

from realfake_hf.data.loading import load_data
from realfake_hf.images.degradations import build_augmentation
from realfake_hf.training.arguments import training_arguments
from realfake_hf.training.images import CropCollator, LabelledImages
from realfake_hf.training.model_factory import build_model, build_training_processor
from realfake_hf.training.recipe import Recipe, load_recipe
from realfake_hf.training.sampler import EpochSampler
from realfake_hf.training.train import train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="as realfake train takes it")
    parser.add_argument("recipe", nargs="?", default="realfake-net")
    parser.add_argument("--set", action="append", default=[], dest="overrides")
    parser.add_argument("--rows", type=int, default=512, help="training images per epoch")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    recipe = load_recipe(options.recipe, [*options.overrides, "training.num_train_epochs=2"])
    splits = load_data(options.data)
    rows = splits["train"].shuffle(seed=0).select(range(options.rows))
    few = splits["val"].shuffle(seed=0).select(range(min(64, len(splits["val"]))))
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        DatasetDict({"train": rows, "val": few}).save_to_disk(f"{folder}/data")
        for round_number in range(options.rounds):
            bare = bare_images_per_second(recipe, load_data(f"{folder}/data"))
            ours = trainer_images_per_second(recipe, Path(folder), round_number)
            ratios.append(ours / bare)
            print(f"bare loop {bare:.1f} images/s, realfake train {ours:.1f} images/s, ratio {ratios[-1]:.3f}")
    print(f"median ratio {statistics.median(ratios):.3f} ({options.recipe}, {torch.get_num_threads()} threads)")


def bare_images_per_second(recipe: Recipe, splits: DatasetDict) -> float:
    """Forward, backward and step over batches that are in memory; the first few are not timed."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = training_arguments(recipe, Path(folder), quiet=True)
    model = build_model(recipe.model).to(arguments.device, memory_format=torch.channels_last).train()
    processor = build_training_processor(recipe.processor)
    images = LabelledImages(splits["train"], processor, build_augmentation(recipe.augmentation))
    collate = CropCollator(processor, channels_last=True)
    draws = list(EpochSampler(None, len(images), seed=0))
    size = arguments.per_device_train_batch_size
    batches = [collate([images[draw] for draw in draws[start : start + size]]) for start in range(0, 4 * size, size)]
    batches = [{name: tensor.to(arguments.device) for name, tensor in batch.items()} for batch in batches]
    optimizer = torch.optim.AdamW(model.parameters(), lr=arguments.learning_rate)
    steps = len(images) // size
    for step in range(3 + steps):
        if step == 3:
            started = time.perf_counter()
        optimizer.zero_grad()
        with torch.autocast(arguments.device.type, torch.bfloat16, enabled=arguments.bf16):
            loss = model(**batches[step % len(batches)]).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), arguments.max_grad_norm)
        optimizer.step()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return steps * size / (time.perf_counter() - started)


def trainer_images_per_second(recipe: Recipe, folder: Path, round_number: int) -> float:
    """The second epoch of `realfake train`: decoding, augmentation, logging and all."""
    import json

    run = folder / f"run-{round_number}"
    train(recipe, data=folder / "data", output=run, quiet=True)
    return json.loads((run / "history.json").read_text())[-1]["images_per_second"]


if __name__ == "__main__":
    main()
