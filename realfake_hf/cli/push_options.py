"""Options that the commands which send something to the Hub share, and what they print."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from realfake_hf.cli.options import json_option, print_json, quiet_option, traceback_option

if TYPE_CHECKING:
    from realfake_hf.hub.upload import Push

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--private", is_flag=True, help="Create it as a private one; a public one there is refused."),
    click.option("--revision", metavar="BRANCH", help="Commit to this branch, made where it is missing."),
    click.option("--create-pr", is_flag=True, help="Open a pull request instead."),
    click.option("--message", metavar="TEXT", help="Of the commit."),
    click.option("--dry-run", is_flag=True, help="List files and sizes; send nothing."),
    json_option,
    quiet_option,
    traceback_option,
)


def destination_options(command: Command) -> Command:
    """Add the options of a `Destination`, and those of its output."""
    return functools.reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), command)


def print_push(push: Push, *, as_json: bool, quiet: bool) -> None:
    """The URL; before it, of a dry run, the files."""
    if as_json:
        print_json(push)
        return
    if not push.commit:
        for name, size in push.files.items():
            click.echo(f"{size:>13,}  {name}")
        click.echo(f"{push.bytes:>13,}  bytes in {len(push.files)} files would go to {push.repo}.")
        return
    if not quiet:
        click.echo(f"{len(push.files)} files, {push.bytes:,} bytes, in commit {push.commit[:8]}.", err=True)
    click.echo(push.url)
