"""`realfake evaluate`: measure any detector on any labelled data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from realfake_hf.cli.measuring import measuring_options, metric_head, metric_row, noted, reasons
from realfake_hf.cli.options import data_argument, fake_label_option, model_option, no_progress, print_json
from realfake_hf.cli.table import complain
from realfake_hf.storage.output_folder import PAGE

if TYPE_CHECKING:
    from realfake_hf.records.results import EvaluationResult


@click.command(short_help="Measure a model on labelled images.")
@data_argument
@model_option
@fake_label_option
@measuring_options
@click.pass_context
def evaluate(
    ctx: click.Context, data: tuple[str, ...], output: Path, as_json: bool, quiet: bool, **settings: Any
) -> None:
    """Measure MODEL on DATA as it is (clean) and after what the web does to images (web, hard).

    DIR gets results.json, predictions.parquet, page.html with every figure (each also in figures/), and mistakes.png,
    the worst mistakes; with --sweep also robustness.json. MODEL is any image-classification model; the names of its
    labels must say which means fake, or --fake-label does.

    Needs the extra report (pip install 'realfake-hf[report]') for the page and its figures; else they are left out.

    Exit codes: 0 all judged; 1 some images could not be read; 2 wrong usage, or nothing to load.

    \b
    Examples:
      realfake evaluate photos/ --output results/
      realfake evaluate photos/ --output results/ --sweep jpeg,scale
      torchrun --nproc-per-node 8 $(which realfake) evaluate photos/ -o results/
      realfake evaluate me/data -m me/detector --fake-label LABEL_1 -o results/
    """
    from realfake_hf.evaluation.evaluate import evaluate as run_evaluation
    from realfake_hf.evaluation.processes import Share

    is_first = Share.of_this_process().is_first
    with no_progress(quiet or not is_first):
        result = run_evaluation(list(data), output=output, say=noted(quiet), **settings)
    if not is_first:
        ctx.exit(0)  # the first says it all
    for failed in result.errors:
        complain(failed.error or "")
    if as_json:
        print_json(result, indent=True)
    elif not quiet:
        click.echo("\n".join(_table(result)))
        if (output / PAGE).exists():
            click.echo(f"{output / PAGE} has the rest.")
    ctx.exit(1 if result.errors else 0)


def _table(result: EvaluationResult) -> list[str]:
    return [
        f"{result.model} on {result.dataset}: {result.n_real} real, {result.n_fake} fake; 95 % intervals in brackets",
        metric_head("tier"),
        *(metric_row(name, tier) for name, tier in result.tiers.items()),
        *reasons(result),
    ]
