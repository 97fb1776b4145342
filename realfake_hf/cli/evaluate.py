"""`realfake evaluate`: measure any detector on any labelled data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from realfake_hf.cli.options import (
    device_option,
    json_option,
    model_option,
    names,
    no_progress,
    quiet_option,
    remote_code_option,
    traceback_option,
)

if TYPE_CHECKING:
    from realfake_hf.evaluation.results import EvaluationResult, TierResult

SHOWN = {"balanced_accuracy": "balanced", "real_accuracy": "real", "fake_accuracy": "fake", "roc_auc": "ROC AUC"}


@click.command(short_help="Measure a model on labelled images.")
@click.argument("data")
@model_option
@click.option("--tiers", default="clean,web,hard", show_default=True, callback=names, help="Of clean, web and hard.")
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--fake-label", metavar="LABEL", help="The model's label that means fake, where its name does not say so."
)
@click.option("--split", help="By default test, else val, else the only one.")
@click.option("--batch-size", type=click.IntRange(1), default=32, show_default=True, metavar="N")
@click.option("--workers", type=click.IntRange(0), metavar="N", help="Processes that decode; by default one a core.")
@click.option("--resume", is_flag=True, help="Go on with an interrupted evaluation in DIR.")
@click.option("--overwrite", is_flag=True, help="Replace an evaluation in DIR.")
@device_option
@remote_code_option
@json_option
@quiet_option
@traceback_option
@click.pass_context
def evaluate(
    ctx: click.Context,
    data: str,
    model: str,
    tiers: list[str],
    output: Path,
    fake_label: str | None,
    split: str | None,
    batch_size: int,
    workers: int | None,
    resume: bool,
    overwrite: bool,
    device: str | None,
    trust_remote_code: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Measure MODEL on DATA as it is (clean) and after what the web does to images (web, hard).

    DIR gets results.json and predictions.parquet. MODEL is any image-classification model; the names of its labels
    must say which means fake, or --fake-label does.

    \b
    Exit codes: 0 all judged; 1 some images could not be read; 2 wrong usage, or nothing to load.

    \b
    Examples:
      realfake evaluate photos/ --output results/
      realfake evaluate me/dataset --model me/detector --fake-label LABEL_1 --tiers clean --output results/
    """
    from realfake_hf.evaluation.run import evaluate as run_evaluation

    with no_progress(quiet):
        result = run_evaluation(
            data,
            output=output,
            model=model,
            tiers=tiers,
            split=split,
            fake_label=fake_label,
            batch_size=batch_size,
            workers=workers,
            resume=resume,
            overwrite=overwrite,
            trust_remote_code=trust_remote_code,
            device=device,
        )
    for failed in result.errors:
        click.echo(failed.error, err=True)
    if as_json:
        click.echo(result.to_json(), nl=False)
    elif not quiet:
        click.echo("\n".join(_table(result)))
    ctx.exit(1 if result.errors else 0)


def _table(result: EvaluationResult) -> list[str]:
    lines = [
        f"{result.model} on {result.dataset}: {result.n_real} real, {result.n_fake} fake; 95 % intervals in brackets",
        f"{'tier':<6}" + "".join(f"  {title:>19}" for title in SHOWN.values()),
    ]
    for name, tier in result.tiers.items():
        lines.append(f"{name:<6}" + "".join(f"  {_cell(tier, metric):>19}" for metric in SHOWN))
    reasons = {reason for tier in result.tiers.values() for reason in tier.reasons.values()}
    return lines + sorted(reasons)


def _cell(tier: TierResult, metric: str) -> str:
    value = tier.value(metric)
    if value is None:
        return "-"
    low, high = tier.ci95[metric]
    return f"{value:.3f} [{low:.3f} {high:.3f}]"
