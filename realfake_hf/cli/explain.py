"""`realfake explain`: whether a model's heatmaps are to be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from realfake_hf.cli.options import (
    SEED,
    data_argument,
    device_option,
    fake_label_option,
    model_option,
    no_progress,
    print_json,
    printing_options,
    remote_code_option,
)
from realfake_hf.cli.table import complain, wrapped
from realfake_hf.pages.templates import percent

if TYPE_CHECKING:
    from realfake_hf.detection.heatmaps.explain import Explanation


@click.command(short_help="Measure whether a model's heatmaps show what it decides by.")
@data_argument
@model_option
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--count",
    type=click.IntRange(1),
    default=30,
    show_default=True,
    metavar="N",
    help="Images for deletion and insertion.",
)
@click.option(
    "--pairs",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    metavar="N",
    help="Images made of half a real and half a fake.",
)
@click.option("--seed", type=SEED, default=0, show_default=True)
@click.option("--split", help="By default test, else val, else the only one.")
@fake_label_option
@click.option("--overwrite", is_flag=True, help="Replace an earlier result in DIR.")
@device_option
@remote_code_option
@printing_options
@click.pass_context
def explain(
    ctx: click.Context, data: tuple[str, ...], output: Path, as_json: bool, quiet: bool, **settings: Any
) -> None:
    """Measure whether MODEL's heatmaps show what it decides by, on images of DATA.

    Deletion and insertion: does the answer fall faster when the places that the map marks are taken away than when
    random ones are, and rise faster when they are put back? Half and half: is the map of a picture made of half a
    photograph and half a fake higher on the fake's side? DIR gets faithfulness.json and heatmaps.jpg. A run that was
    stopped goes on with the same command.

    Exit codes: 0 all measured; 1 some images could not be read; 2 wrong usage, or nothing to load.

    \b
    Examples:
      realfake explain photos/ --output trust/
      realfake explain me/data -m realfake-net --count 100 -o trust/ --json
    """
    from realfake_hf.detection.heatmaps import explain as explaining

    with no_progress(quiet):
        found = explaining.explain(list(data), output=output, **settings)
    for error in found.errors:
        complain(error)
    if as_json:
        print_json(found, indent=True)
    elif not quiet:
        click.echo("\n".join(_lines(found, output)))
    ctx.exit(1 if found.errors else 0)


def _lines(found: Explanation, output: Path) -> list[str]:
    faithfulness, halves = found.faithfulness, found.half_and_half
    lines = [f"{found.model} on {found.dataset}: {faithfulness.method}, {faithfulness.n_images} images"]
    for name, area, better in (
        ("deletion", faithfulness.deletion, "lower"),
        ("insertion", faithfulness.insertion, "higher"),
    ):
        low, high = area.ci95
        figures = f"{area.heatmap:.3f}, random maps {area.random:.3f} ({better} is better); "
        lines += wrapped(f"{name:<14}", f"{figures}gain {area.gain:+.3f} [{low:+.3f} {high:+.3f}]")
    if halves:
        low, high = halves.ci95
        share = f"{percent(halves.share)} [{percent(low)} {percent(high)}]"
        found_sides = f"{halves.hits} of {halves.n_pairs} on the right side, {share}"
        lines += wrapped("half and half ", f"{found_sides}; judged apart {percent(halves.apart_share)}")
    else:
        lines.append(f"half and half: not measured, {found.half_and_half_reason}")
    return [*lines, f"Written to {output}."]
