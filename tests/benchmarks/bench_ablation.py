"""What each part of a recipe gives on sources that nobody trained on: one factor a row, all on the same images.

    python tests/benchmarks/bench_ablation.py RECIPE --data DATA... --output DIR --row 'NAME: KEY=VALUE ... -DATA'...
        [--set KEY=VALUE ...] [--folds 3] [--share 1.0] [--json FILE]

A third of all sources (one of `--folds` groups, as `realfake leave-one-out` makes them) is left out of every training;
all their images, of every split, are what is measured on. The first row is the recipe with `--set`; each further one
is the same with its own overrides, and without the data sets that it names after a minus. A row: balanced accuracy at
p_fake 0.5 and ROC AUC with bootstrap 95 % intervals. What is finished in DIR is kept: the same command goes on.
`--share` takes that share of the images, drawn once, for a table that is sooner there and less sure.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
from datasets import Dataset, DatasetDict, concatenate_datasets

from realfake_hf.data.loading import load_data
from realfake_hf.evaluation.metric_intervals import bootstrap_intervals
from realfake_hf.evaluation.predict import predict
from realfake_hf.evaluation.summary import tier_views
from realfake_hf.evaluation.tier_metrics import compute_metrics
from realfake_hf.inference.predictor import Predictor
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.run import is_finished
from realfake_hf.study.leave_one_out.plan import make_plan
from realfake_hf.training.recipe import load_recipe
from realfake_hf.training.train import train

AS_IT_IS = "the recipe"
METRICS = ("balanced_accuracy", "roc_auc")


def main() -> None:
    """Train and measure what is not there yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe")
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--row", action="append", default=[], help="'NAME: KEY=VALUE ... -DATA'")
    parser.add_argument("--set", action="append", default=[], help="KEY=VALUE of every row")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0, help="of the images, 0..1")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    plan = make_plan(arguments.data)
    left_out = plan.folds(arguments.folds, seed=0)[0]
    parts = [
        part.select(np.flatnonzero(np.logical_or.reduce([source.rows(part) for source in left_out])))
        for part in (drawn(split, arguments.share) for split in plan.splits.values())
    ]
    measured = concatenate_datasets([part.select_columns(["image", "label", "source"]) for part in parts])
    print(f"{len(measured):,} images of {len(left_out)} sources left out", file=sys.stderr)
    rows = []
    for row in [AS_IT_IS, *arguments.row]:
        name, _, changes = row.partition(":")
        kept = [data for data in arguments.data if f"-{Path(data).name}" not in changes.split()]
        overrides = [*arguments.set, *(change for change in changes.split() if not change.startswith("-"))]
        folder = arguments.output / name.replace(" ", "-")
        run, scores = folder / "run", folder / "predictions.parquet"
        if not (run.is_dir() and is_finished(run)):
            loaded = load_data(kept)
            splits = DatasetDict({split: drawn(loaded[split], arguments.share) for split in ("train", "val")})
            splits = dataclasses.replace(plan, splits=splits).without(*left_out)
            train(
                load_recipe(arguments.recipe, overrides), data=kept, output=run, splits=splits, resume=True, quiet=True
            )
        if not scores.exists():
            predictor = Predictor.load(run, name=name)
            predict([predictor], measured, tier_views(["clean"]), workers=arguments.workers).write(scores)
        judged = Predictions.read(scores).judged()
        found = compute_metrics(judged.label, judged.p_fake)
        intervals = bootstrap_intervals(judged.label, judged.p_fake, found)
        rows.append({"row": name, "changes": " ".join(changes.split()), "images": len(judged)})
        rows[-1].update({metric: [found.values()[metric], *intervals[metric]] for metric in METRICS})
        print(json.dumps(rows[-1]), file=sys.stderr)
    print("| | changed | balanced accuracy | ROC AUC |\n|---|---|---|---|")
    for found_row in rows:
        cells = ["{:.3f} [{:.3f}, {:.3f}]".format(*found_row[metric]) for metric in METRICS]
        print(f"| {found_row['row']} | {found_row['changes']} | {' | '.join(cells)} |")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2))


def drawn(part: Dataset, share: float) -> Dataset:
    """The same random share of the rows at every call."""
    if share >= 1:
        return part
    return part.select(np.sort(np.random.default_rng(0).permutation(len(part))[: round(share * len(part))]))


if __name__ == "__main__":
    main()
