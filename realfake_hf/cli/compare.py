"""`realfake compare`: several models on the same images, pair by pair."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from realfake_hf.cli.measuring import measuring_options, metric_head, metric_row, noted, reasons
from realfake_hf.cli.options import data_argument, no_progress, print_json
from realfake_hf.cli.table import complain
from realfake_hf.pages.tables import p_value_text

if TYPE_CHECKING:
    from realfake_hf.evaluation.comparison import ComparisonResult, PairResult


def model_labels(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Callback of `--fake-label MODEL=LABEL`."""
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} does not say of which model: give MODEL=LABEL.")
    return dict(value.rsplit("=", 1) for value in values)


@click.command(short_help="Measure several models on the same images.")
@data_argument
@click.option(
    "--model", "-m", "models", multiple=True, required=True, metavar="MODEL", help="At least twice; as for evaluate."
)
@click.option(
    "--fake-label",
    "fake_labels",
    multiple=True,
    callback=model_labels,
    metavar="MODEL=LABEL",
    help="A model's label that means fake, where its name does not say so.",
)
@measuring_options
@click.pass_context
def compare(
    ctx: click.Context, data: tuple[str, ...], output: Path, as_json: bool, quiet: bool, **settings: Any
) -> None:
    """Judge DATA by every MODEL in one pass, and test which of them differ by more than luck.

    DIR gets comparison.json, predictions.parquet, and page.html with every figure (each also in figures/); with
    --sweep also robustness.json. Pairs are tested by McNemar (who is right more often) and DeLong (ROC areas), adjusted
    after Holm.

    Needs the extra report (pip install 'realfake-hf[report]') for the page and its figures; else they are left out.

    Exit codes: 0 all judged; 1 some images could not be read; 2 wrong usage, or nothing to load.

    \b
    Examples:
      realfake compare photos/ -m realfake-net -m efficientnet-lite2 -o both/
      realfake compare data/ -m default -m me/net --fake-label me/net=LABEL_1 -o c
    """
    from realfake_hf.evaluation.compare import compare as run_comparison

    with no_progress(quiet):
        found = run_comparison(list(data), output=output, say=noted(quiet), **settings)
    errors = dict.fromkeys(failed.error for result in found.results for failed in result.errors)
    for error in errors:
        complain(error)
    if as_json:
        print_json(found, indent=True)
    elif not quiet:
        click.echo("\n".join(_table(found)))
    ctx.exit(1 if errors else 0)


def _table(found: ComparisonResult) -> list[str]:
    first = found.results[0]
    width = max(len(result.model) for result in found.results) + 1
    lines = [f"{first.dataset}: {first.n_real} real, {first.n_fake} fake; 95 % intervals in brackets"]
    for tier in first.tiers:
        lines.append(metric_head(tier, width))
        lines.extend(metric_row(result.model, result.tiers[tier], width) for result in found.results)
    lines.append("p-values of McNemar and DeLong, adjusted after Holm:")
    lines.extend(_pair(pair) for pair in found.pairs)
    return lines + reasons(*found.results)


def _pair(pair: PairResult) -> str:
    delong = pair.reason if pair.delong_p_holm is None else p_value_text(pair.delong_p_holm)
    return f"{pair.tier}: {pair.first} against {pair.second}: {p_value_text(pair.mcnemar_p_holm)}, {delong}"
