"""`realfake study`: every candidate under one protocol."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from realfake_hf.cli.measuring import metric_cell, noted, sweep_option
from realfake_hf.cli.option_names import name_options
from realfake_hf.cli.options import no_progress, print_json, printing_options
from realfake_hf.cli.table import complain

if TYPE_CHECKING:
    from realfake_hf.records.run_folder import RunFolder
    from realfake_hf.study.study import StudySummary

TIERS = ("clean", "web", "hard")
AUDITED = (
    *("verdict", "reasons", "metadata_auc", "border_auc", "thumbnail_auc", "real_vs_real_auc", "ci95"),
    *("strongest_feature", "near_duplicates_across_splits", "data", "data_fingerprint", "n_real", "n_fake"),
)
"""What `--json` has of the audit."""


@click.command(short_help="Train and measure every candidate under one protocol.")
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...")
@click.option("--data", required=True, metavar="DATA", help="Folder, parquet, tars, save_to_disk folder or Hub id.")
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option("--quick", is_flag=True, help="A small sample and few epochs: about 15 minutes on two cores.")
@click.option("--from-scratch", is_flag=True, help="Random weights where the pretrained ones cannot be loaded.")
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="[NAME.]KEY=VALUE",
    help="Override one setting of every recipe, or of the candidate NAME.",
)
@sweep_option
@printing_options
@click.pass_context
def study(ctx: click.Context, recipes: tuple[str, ...], as_json: bool, quiet: bool, **settings: Any) -> None:
    """Audit DATA, then train, calibrate and measure every RECIPE on the same images, and write the report.

    Without RECIPE: cnn-128, cnn-224, resnet-50, efficientnetv2-b0, convnext-base, realfake-net, efficientnet-lite0.
    DIR gets a RUN folder a candidate and the report. The same command goes on where it was stopped; a candidate that
    cannot be trained costs no other its result.

    Needs the extra report (pip install 'realfake-hf[report]') for the report and the pages; else they are left out.

    Exit codes: 0 all done; 1 done, but candidates or images are missing, each named; 2 wrong usage,
    or nothing could be done.

    \b
    Examples:
      realfake study --data photos/ --output study/
      realfake study cnn-128 mine.yaml --data photos/ --output study/ --quick
      realfake study --data d/ -o o --set efficientnet-lite0.model.backbone=lite0/
    """
    from realfake_hf.training.recipe import load_recipe

    for recipe in recipes:  # before the slow imports
        load_recipe(recipe)

    from realfake_hf.study.study import study as run_study

    with no_progress(quiet):
        summary = run_study(recipes, quiet=quiet or as_json, say=noted(quiet), **settings)
    if quiet:
        for error in summary.errors:
            complain(error)
    if as_json:
        print_json(_values(summary))
    elif not quiet:
        click.echo(name_options("\n".join(_table(summary)), ctx.command))
    ctx.exit(2 if not summary.runs else 1 if summary.errors else 0)


def _values(summary: StudySummary) -> dict[str, object]:
    measured = {run.path.name: run for run in summary.runs}
    candidates = []
    for candidate in summary.record.candidates:
        run = measured.get(candidate.name)
        values = {name: value for name, value in vars(candidate).items() if name != "recipe"}
        headline = None if run is None else run.headline
        tiers = run.evaluations[headline].tiers if run and headline else None
        candidates.append({**values, "headline": headline, "tiers": tiers, "cost": summary.cost(candidate.name)})
    return {
        "study": str(summary.folder),
        **vars(summary.record),
        "candidates": candidates,
        "audit": {name: getattr(summary.audit, name) for name in AUDITED},
        "report": None if summary.report is None else str(summary.report),
        "errors": summary.errors,
    }


def _table(summary: StudySummary) -> list[str]:
    """A row a candidate, measured or not; what must be said of the figures below."""
    measured = {run.path.name: run for run in summary.runs}
    rows = [["candidate", "epochs", "measured on", *TIERS, "ROC AUC", "parameters", "ms", "training s"]]
    below = [
        f"Audit of the data: {' '.join([summary.audit.verdict + '.', *summary.audit.reasons])}",
        *summary.record.notes,
    ]
    for candidate in summary.record.candidates:
        run, cost = measured.get(candidate.name), summary.cost(candidate.name)
        figures = [candidate.status, *"-----"] if run is None else _figures(run)
        price = ["-", "-"] if cost is None else [f"{cost.parameters:,}", f"{cost.milliseconds or float('nan'):.1f}"]
        rows.append([candidate.name, *figures, *price, "-" if run is None else f"{run.training_seconds:.0f}"])
        said = candidate.reason if run is None else "; ".join(candidate.notes)
        below += [f"{candidate.name}: {said}"] if said else []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.append("Balanced accuracy at p_fake 0.5, 95 % intervals in brackets; ms an image on one CPU thread.")
    return [*lines, *below, *([f"Report: {summary.report}"] if summary.report is not None else [])]


def _figures(run: RunFolder) -> list[str]:
    tiers = run.evaluations[run.headline].tiers if run.headline else {}
    balanced = [metric_cell(tiers[tier], "balanced_accuracy") if tier in tiers else "-" for tier in TIERS]
    area = metric_cell(tiers["clean"], "roc_auc") if "clean" in tiers else "-"
    return [str(len(run.history)), run.headline or "-", *balanced, area]
