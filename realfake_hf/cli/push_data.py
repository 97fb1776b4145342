"""`realfake push-data`: a data set to the Hub."""

from __future__ import annotations

from typing import Any

import click

from realfake_hf.cli.interrupts import ending_tidily
from realfake_hf.cli.options import no_progress
from realfake_hf.cli.push_options import destination_options, print_push
from realfake_hf.cli.table import complain


@click.command(short_help="Send a data set to the Hub, with its card.")
@click.argument("data")
@click.argument("repo")
@click.option("--title", help="Of the card; by default the repository's name.")
@click.option(
    "--license", "licence", default="other", show_default=True, metavar="ID", help="Of the whole, as the Hub spells it."
)
@destination_options
def push_data(
    data: str, repo: str, title: str | None, licence: str, as_json: bool, quiet: bool, **destination: Any
) -> None:
    """Send DATA to the data set REPO, NAME or OWNER/NAME, as parquet with the images inside, in one commit.

    DATA is a folder of `realfake prepare` or `realfake align`, or anything else that `realfake train` takes. A
    sources.yaml (`name: {from: ..., licence: ...}`) and an audit.json in it go into the card, a LICENSE goes along.

    Files go as they are, with what they say of cameras, places and people; `realfake prepare` writes images without
    metadata.

    \b
    Examples:
      realfake push-data prepared/ me/photos --dry-run
      realfake push-data photos/ me/photos --private --license cc-by-4.0
    """
    from realfake_hf.hub.push_data import push_data as push
    from realfake_hf.hub.upload import Destination

    with no_progress(quiet), ending_tidily():
        done = push(data, Destination(repo, **destination), title=title, licence=licence, say=complain)
    print_push(done, as_json=as_json, quiet=quiet)
