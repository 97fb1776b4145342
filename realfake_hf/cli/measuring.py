"""What `evaluate` and `compare` share: how images are judged, and how results are shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from realfake_hf.cli.option_names import name_options
from realfake_hf.cli.options import SEED, device_option, names, printing_options, remote_code_option, together
from realfake_hf.cli.table import complain
from realfake_hf.storage.working import clear_line

if TYPE_CHECKING:
    from realfake_hf.records.results import EvaluationResult, TierResult

ALL_SWEEPS = "jpeg,webp,scale,blur,noise,screenshot"
SHOWN = {"balanced_accuracy": "balanced", "real_accuracy": "real", "fake_accuracy": "fake", "roc_auc": "ROC AUC"}


def sweep_names(ctx: click.Context, parameter: click.Parameter, value: str | None) -> list[str]:
    """Callback of `--sweep`: its names; none where it is not given."""
    return names(ctx, parameter, ALL_SWEEPS if value == "all" else value or "")


sweep_option = click.option(
    "--sweep",
    "sweeps",
    is_flag=False,
    flag_value="all",
    callback=sweep_names,
    metavar="[NAMES]",
    help=f"Also step by step along one degradation at a time: all, or some of {ALL_SWEEPS}.",
)


measuring_options = together(
    click.option("--output", "-o", required=True, type=click.Path(path_type=Path), metavar="DIR"),
    click.option(
        "--tiers", default="clean,web,hard", show_default=True, callback=names, help="Of clean, web and hard."
    ),
    sweep_option,
    click.option("--split", help="By default test, else val, else the only one."),
    click.option("--sample", type=click.IntRange(2), metavar="N", help="Judge at most N images, drawn at random."),
    click.option("--seed", type=SEED, default=30, show_default=True, help="Of the sample."),
    click.option("--batch-size", type=click.IntRange(1), default=32, show_default=True, metavar="N"),
    click.option(
        "--workers", type=click.IntRange(0), metavar="N", help="Processes that decode; by default one a core."
    ),
    click.option("--resume", is_flag=True, help="Go on with an interrupted evaluation in DIR."),
    click.option("--overwrite", is_flag=True, help="Replace an evaluation in DIR."),
    click.option("--page/--no-page", default=True, show_default=True, help="Write page.html and the figures."),
    device_option,
    remote_code_option,
    printing_options,
)
"""How images are judged; their names are those of `evaluation.evaluate.evaluate`."""


def noted(quiet: bool) -> Callable[[str], None]:
    """Where sentences on what was left out go: standard error, or nowhere."""
    command = click.get_current_context().command

    def say(sentence: str) -> None:
        if not quiet:
            clear_line()
            complain(name_options(sentence, command))

    return say


def metric_head(first: str, width: int = 6) -> str:
    """The head of a table of `SHOWN`."""
    return f"{first:<{width}}" + "".join(f"  {title:>16}" for title in SHOWN.values())


def metric_row(first: str, tier: TierResult, width: int = 6) -> str:
    """A row of `SHOWN` with intervals."""
    return f"{first:<{width}}" + "".join(f"  {metric_cell(tier, metric):>16}" for metric in SHOWN)


def reasons(*results: EvaluationResult) -> list[str]:
    """Why metrics are missing, each reason once."""
    return sorted({why for own in results for tier in own.tiers.values() for why in tier.reasons.values()})


def metric_cell(tier: TierResult, metric: str) -> str:
    """One metric with its interval; `-` where it could not be measured."""
    value = tier.value(metric)
    if value is None:
        return "-"
    low, high = tier.ci95[metric]
    return f"{value:.2f} [{low:.2f} {high:.2f}]"
