"""`realfake prepare`: deduplicated, split, evenly encoded variants of a collection."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from realfake_hf.cli.options import SEED, print_json, printing_options, whole_numbers
from realfake_hf.cli.table import complain

if TYPE_CHECKING:
    from realfake_hf.data.preparing.prepare_summary import PrepareSummary


@click.command(short_help="Variants, splits and a manifest of a collection of images.")
@click.argument("source", metavar="SRC")
@click.argument("destination", metavar="DST", type=click.Path(path_type=Path))
@click.option(
    "--sizes", default="128,224", show_default=True, callback=whole_numbers, help="Sides of the variants, px."
)
@click.option(
    "--fit", type=click.Choice(["pad", "crop"]), default="pad", show_default=True, help="Black bars, or none."
)
@click.option("--test", type=float, default=0.2, show_default=True, metavar="SHARE", help="Test split.")
@click.option(
    "--val", type=float, default=0.2, show_default=True, metavar="SHARE", help="Validation split, of the rest."
)
@click.option("--seed", type=SEED, default=30, show_default=True, help="Of the splits.")
@click.option("--group-by", type=click.Choice(["source"]), help="Keep each source in one split.")
@click.option("--quality", type=click.IntRange(1, 100), default=85, show_default=True, help="JPEG, of the variants.")
@click.option("--parquet", is_flag=True, help="Write parquet files, too.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes; by default one a core.")
@click.option("--overwrite", is_flag=True, help="Remove an earlier result in DST first.")
@printing_options
@click.pass_context
def prepare(ctx: click.Context, source: str, destination: Path, as_json: bool, quiet: bool, **settings: Any) -> None:
    """Wrangle SRC (real/ and fake/ folders, parquet, tars, a Hub id) into small images in DST.

    Duplicates are dropped, near-duplicates kept in one split, both classes encoded alike. A run that was killed goes
    on where it was; run again, it makes what is missing.

    Exit codes: 0 all done; 1 some files could not be read; 2 wrong usage, or nothing to read.

    \b
    Examples:
      realfake prepare collection/ prepared/
      realfake prepare photos/ prepared/ --sizes 128 --fit crop --group-by source
    """
    from hub_card.dataset_card import write_dataset_card
    from realfake_hf.data.preparing.prepare import prepare as run_prepare

    summary = run_prepare(source, destination, progress=not quiet, write_card=write_dataset_card, **settings)
    for remark in summary.unreadable:
        complain(remark.sentence)
    if as_json:
        print_json(summary)
    elif not quiet:
        for warning in summary.warnings:
            complain(f"Warning: {warning}")
        left_out = summary.duplicates + summary.label_conflicts + summary.crossing
        click.echo(
            f"{summary.destination}: {summary.images} images of {summary.files} files "
            f"({left_out} duplicates and conflicts left out, {len(summary.unreadable)} unreadable)."
        )
        for line in _splits(summary):
            click.echo(line)
    ctx.exit(1 if summary.unreadable else 0)


def _splits(summary: PrepareSummary) -> list[str]:
    """What the folders with the images are, and what lies in each split, where there are images."""
    images: Counter[tuple[str, str]] = Counter()
    for own in summary.counts:
        images[own.split, own.label] += own.images
    splits = [
        f"{split} {images[split, 'real']} real and {images[split, 'fake']} fake"
        for split in ("train", "val", "test")
        if images[split, "real"] + images[split, "fake"]
    ]
    return [f"  {Path(summary.destination) / str(size)}: {', '.join(splits)}" for size in summary.sizes if splits]
