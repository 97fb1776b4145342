"""`realfake push`: a model to the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from realfake_hf.cli.options import no_progress
from realfake_hf.cli.push_options import destination_options, print_push


@click.command(short_help="Send a model to the Hub, with its code and card.")
@click.argument("model")
@click.argument("repo")
@click.option("--license", "licence", metavar="ID", help="As the Hub spells it; by default what a LICENSE there says.")
@click.option("--base-model", metavar="ID", help="Hub id of the backbone, where the recipe does not name it.")
@click.option("--dataset", "datasets", multiple=True, metavar="ID", help="Hub id of the training data; repeatable.")
@click.option("--space", metavar="ID", default="", help="A Space where people can try it; the card links to it.")
@click.option(
    "--onnx",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Of `realfake export`; else onnx/ beside MODEL.",
)
@destination_options
def push(
    model: str,
    repo: str,
    licence: str | None,
    base_model: str | None,
    datasets: tuple[str, ...],
    space: str,
    onnx: Path | None,
    as_json: bool,
    quiet: bool,
    **destination: Any,
) -> None:
    """Send MODEL (an embedded one's name, its folder, or a RUN folder) to REPO, NAME or OWNER/NAME, in one commit.

    What goes is clean: weights as safetensors, config, processor, the code that loads them elsewhere, ONNX if it was
    exported, figures, measured results, LICENSE and the card. Nothing pickled, no path of this machine.

    Log in before with `hf auth login`.

    \b
    Examples:
      realfake push runs/net me/detector --dry-run
      realfake push runs/net me/detector --private --license mit
    """
    from realfake_hf.hub.model_files import CardOverrides
    from realfake_hf.hub.push_model import push_model
    from realfake_hf.hub.upload import Destination

    with no_progress(quiet):
        overrides = CardOverrides(licence, base_model, datasets, space)
        done = push_model(model, Destination(repo, **destination), overrides=overrides, onnx=onnx)
    print_push(done, as_json=as_json, quiet=quiet)
