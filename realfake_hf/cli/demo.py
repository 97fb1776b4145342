"""`realfake demo`: the Space's app on this machine."""

from __future__ import annotations

import click

from realfake_hf.cli.options import model_option, quiet_option, traceback_option


@click.command(short_help="The Space's app on this machine.")
@model_option
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="By default the first free one from 7860 on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets other machines in.")
@click.option("--share", is_flag=True, help="Make a public link, through a server of Gradio's. Off by default.")
@quiet_option
@traceback_option
def demo(model: str, port: int | None, host: str, share: bool, quiet: bool) -> None:
    """Open a page to drop images on, on this machine, until Ctrl+C.

    Nothing leaves the machine (unless you --share), and what was uploaded is deleted. MODEL is offered beside the
    embedded models.

    Needs the extra space (pip install 'realfake-hf[space]') for all of it.

    \b
    Examples:
      realfake demo
      realfake demo --model runs/net --port 8000
    """
    from space_app.server import Address, serve

    def say(url: str) -> None:
        click.echo(f"Open {url} in a browser; Ctrl+C ends it.")

    if not quiet:
        click.echo("Loading the model ...", err=True)
    serve(model, Address(host, port, share), ready=(lambda url: click.echo(url)) if quiet else say)
