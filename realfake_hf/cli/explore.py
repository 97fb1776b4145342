"""`realfake explore`: what a data set is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from realfake_hf.cli.options import SEED, data_argument, print_json, printing_options
from realfake_hf.cli.table import complain


@click.command(short_help="Tables and figures of what a data set is.")
@data_argument
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option("--split", help="This one alone.")
@click.option(
    "--sample", type=click.IntRange(1), default=200, show_default=True, metavar="N",
    help="Images of each source for spectra and residuals.",
)  # fmt: skip
@click.option("--seed", type=SEED, default=30, show_default=True, help="Of the sample.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes; by default one a core.")
@click.option("--overwrite", is_flag=True, help="Replace an exploration in DIR.")
@printing_options
@click.pass_context
def explore(
    ctx: click.Context, data: tuple[str, ...], output: Path, as_json: bool, quiet: bool, **settings: Any
) -> None:
    """Write tables (CSV), figures (PNG) and one page, explore.html, of DATA into DIR.

    Counts, sizes, formats and JPEG quality by class, contact sheets, and the mean spectrum and noise residual of each
    class and source.

    Needs the extra report (pip install 'realfake-hf[report]') for all of it.

    Exit codes: 0 all done; 1 some images could not be read; 2 wrong usage, or nothing to load.

    \b
    Example:
      realfake explore photos/ --output photos-explored/
    """
    from realfake_hf.data.exploring.explore import explore as run_exploration

    found = run_exploration(list(data), output, progress=not quiet, **settings)
    for error in found.errors:
        complain(error)
    if as_json:
        print_json(found)
    elif not quiet:
        unread = f"; {len(found.errors):,} could not be read" if found.errors else ""
        click.echo(
            f"{found.page}: {found.real:,} real and {found.fake:,} fake images of {found.sources} sources{unread}."
        )
    ctx.exit(1 if found.errors else 0)
