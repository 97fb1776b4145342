"""`realfake notebooks`: the three notebooks, ready to run."""

from __future__ import annotations

from pathlib import Path

import click

from realfake_hf.cli.options import print_json, printing_options


@click.command(short_help="Write out three notebooks: from images to documents.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--data", metavar="DATA", help="What the first one loads; by default a folder images beside it.")
@click.option("--overwrite", is_flag=True, help="Replace notebooks in DIR.")
@printing_options
def notebooks(folder: Path, data: str | None, overwrite: bool, as_json: bool, quiet: bool) -> None:
    """Write three notebooks into DIR: data wrangling and exploration, preprocessing and modelling, documentation.

    They run in order, on a laptop or on Colab, and each goes on from what the one before it wrote.

    Exit codes: 0 written; 2 wrong usage, or DIR holds them already.

    \b
    Example:
      realfake notebooks study/ --data photos/
    """
    from realfake_hf.study.notebooks import write_notebooks

    written = write_notebooks(folder, data=data, overwrite=overwrite)
    if as_json:
        print_json([str(file) for file in written])
    elif not quiet:
        for file in written:
            click.echo(str(file))
