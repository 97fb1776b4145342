"""`realfake leave-one-out`: what a detector loses on sources that it never saw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from realfake_hf.cli.measuring import noted
from realfake_hf.cli.options import device_option, names, no_progress, print_json, printing_options
from realfake_hf.cli.table import complain

if TYPE_CHECKING:
    from realfake_hf.study.leave_one_out.result import LeaveOneOutResult


@click.command(short_help="Train without each source in turn, and measure what is lost.")
@click.argument("recipe")
@click.option(
    "--data",
    required=True,
    multiple=True,
    metavar="DATA",
    help="With sources: folders below the class names, or a column. Several times for several data sets.",
)
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--over",
    type=click.Choice(["generators", "reals", "both"]),
    default="both",
    show_default=True,
    help="Whose sources to leave out.",
)
@click.option("--sources", default="", callback=names, metavar="NAMES", help="Only these, separated by commas.")
@click.option("--folds", type=click.IntRange(2), metavar="N", help="Leave the sources out in N groups, not one by one.")
@click.option("--tiers", default="clean,web,hard", show_default=True, callback=names, help="Of clean, web and hard.")
@click.option("--split", help="To measure on; by default test, else val, else a fifth of train.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override one setting of the recipe.")
@click.option("--batch-size", type=click.IntRange(1), default=32, show_default=True, metavar="N", help="Of measuring.")
@click.option("--workers", type=click.IntRange(0), metavar="N", help="Processes that decode; by default one a core.")
@click.option("--resume", is_flag=True, help="Go on in DIR; what is finished there is kept.")
@click.option("--page/--no-page", default=True, show_default=True, help="Write page.html and the figures.")
@device_option
@printing_options
@click.pass_context
def leave_one_out(
    ctx: click.Context,
    recipe: str,
    output: Path,
    as_json: bool,
    quiet: bool,
    overrides: tuple[str, ...],
    **settings: Any,
) -> None:
    """Train RECIPE on DATA once with every source, and once without each generator and each set of real photographs.

    The images of each left-out source are judged by both models: what the second loses is what to expect of a
    generator or camera that nobody trained on. DIR gets leave_one_out.json, page.html with every figure, the RUN
    folders in runs/ and the scores in evaluations/. It takes one training for every source and one more; an
    interrupted run goes on with --resume.

    Needs the extra report (pip install 'realfake-hf[report]') for the page and its figures; else they are left out.

    Exit codes: 0 all judged; 1 some images could not be read; 2 wrong usage, or nothing to load.

    \b
    Examples:
      realfake leave-one-out realfake-net --data photos/ --output without/
      realfake leave-one-out cnn-128 --data photos/ -o out/ --sources dalle-2,sd1
    """
    from realfake_hf.training.recipe import load_recipe

    checked = load_recipe(recipe, list(overrides))  # before the slow imports

    from realfake_hf.study.leave_one_out.leave_one_out import leave_one_out as run_leave_one_out

    settings["data"] = list(settings["data"])
    with no_progress(quiet):
        found = run_leave_one_out(checked, output=output, quiet=quiet or as_json, say=noted(quiet), **settings)
    for error in found.errors:
        complain(error)
    if as_json:
        print_json(found, indent=True)
    elif not quiet:
        click.echo("\n".join(_table(found)))
    ctx.exit(1 if found.errors else 0)


def _table(found: LeaveOneOutResult) -> list[str]:
    from realfake_hf.study.leave_one_out.page import summary_sentences

    width = max(len(cost.source) for cost in found.costs) + 1
    tier = found.tiers[0]
    lines = [
        f"{'':<{width}}{'class':<6}{'images':>7}{'seen':>8}{'left out':>10}  lost, accuracy ({tier}), 95 % interval"
    ]
    for label in ("fake", "real"):
        for cost in found.of(tier, label):
            low, high = cost.accuracy_ci95
            lines.append(
                f"{cost.source:<{width}}{cost.label:<6}{cost.n:>7}{cost.accuracy_with:>8.3f}"
                f"{cost.accuracy_without:>10.3f}  {cost.accuracy_cost:+.3f} [{low:+.3f} {high:+.3f}]"
            )
    lines += [
        f"{own.source or 'unknown source'} ({own.label}) was not left out: {own.reason}." for own in found.skipped
    ]
    return lines + summary_sentences(found) + found.notes
