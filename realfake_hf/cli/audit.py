"""`realfake audit`: the shortcuts that a classifier could take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from realfake_hf.cli.measuring import noted
from realfake_hf.cli.options import SEED, data_argument, print_json, printing_options
from realfake_hf.cli.table import wrapped

if TYPE_CHECKING:
    from realfake_hf.records.audit import AuditResult

SHOWN = {
    "metadata_auc": "metadata",
    "border_auc": "borders",
    "thumbnail_auc": "thumbnails",
    "real_vs_real_auc": "real sources",
    "original_metadata_auc": "originals' metadata",
}


@click.command(short_help="Which shortcuts a classifier could take in a data set.")
@data_argument
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option("--split", help="This one alone.")
@click.option(
    "--recipe", default="realfake-net", show_default=True, metavar="RECIPE", help="Whose crop images should fill."
)
@click.option(
    "--sample", type=click.IntRange(8), default=6000, show_default=True, metavar="N", help="Images for the classifiers."
)
@click.option("--seed", type=SEED, default=30, show_default=True, help="Of the sample and the folds.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes; by default one a core.")
@click.option("--overwrite", is_flag=True, help="Replace an audit in DIR.")
@printing_options
@click.pass_context
def audit(
    ctx: click.Context, data: tuple[str, ...], output: Path, recipe: str, as_json: bool, quiet: bool, **settings: Any
) -> None:
    """Try to tell real from fake in DATA by what should not matter, and say pass, warn or fail.

    Metadata alone, border pixels alone, a 16 px thumbnail alone, and real sources against one another; duplicates
    across splits and classes. DIR gets audit.json and audit.html. The verdict does not change the exit code.

    Needs the extra report (pip install 'realfake-hf[report]') for the page; without it audit.html is left out.

    Exit codes: 0 all done; 1 some images could not be read; 2 wrong usage, or nothing to load.

    \b
    Examples:
      realfake audit photos/ --output photos-audited/
      realfake audit me/dataset --output audited/ --json
    """
    from realfake_hf.data.auditing.audit import audit as run_audit
    from realfake_hf.training.crop import training_crop

    result = run_audit(list(data), output, crop=training_crop(recipe), progress=not quiet, say=noted(quiet), **settings)
    if result.n_unreadable:
        click.echo(f"{result.n_unreadable} images could not be read: {_rest(output)} names them.", err=True)
    if as_json:
        print_json(result)
    elif not quiet:
        click.echo("\n".join(_lines(result, output)))
    ctx.exit(1 if result.n_unreadable else 0)


def _lines(result: AuditResult, output: Path) -> list[str]:
    lines = [
        f"{result.verdict}: {result.data}, {result.n_real:,} real and {result.n_fake:,} fake images",
        "How well real and fake are told apart by this alone (AUC: 0.5 is chance):",
    ]
    for name, title in SHOWN.items():
        value = getattr(result, name)
        if value is not None:
            low, high = result.ci95[name]
            note = "  (before preparing: not in these)" if name == "original_metadata_auc" else ""
            lines.append(f"  {title:<20} AUC {value:.3f} [{low:.3f} {high:.3f}]{note}")
    if result.strongest_feature:
        lines += wrapped("  strongest feature    ", result.strongest_feature)
    for reason in result.reasons:
        lines += wrapped("- ", reason)
    return [*lines, f"{_rest(output)} has the rest."]


def _rest(output: Path) -> Path:
    """The page, or without the extra that draws it the facts of the images."""
    page = output / "audit.html"
    return page if page.exists() else output / "image_facts.parquet"
