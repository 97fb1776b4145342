"""`realfake push-space`: the app to a Space of the Hub."""

from __future__ import annotations

from typing import Any

import click

from realfake_hf.cli.options import model_option, no_progress
from realfake_hf.cli.push_options import destination_options, print_push


@click.command(short_help="Send the app to a Space of the Hub.")
@click.argument("repo")
@model_option
@destination_options
def push_space(repo: str, model: str, as_json: bool, quiet: bool, **destination: Any) -> None:
    """Send the app to the Space REPO, NAME or OWNER/NAME, in one commit; it offers MODEL first.

    MODEL is an embedded one's name or an id on the Hub (`realfake push` it before): a Space sees no folder of yours.
    The Space's variable REALFAKE_MODEL names it and can be changed there.

    \b
    Example:
      realfake push-space me/real-or-fake --model me/detector
    """
    from realfake_hf.hub.push_space import push_space as push
    from realfake_hf.hub.upload import Destination

    with no_progress(quiet):
        done = push(model, Destination(repo, **destination))
    print_push(done, as_json=as_json, quiet=quiet)
