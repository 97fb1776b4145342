"""Options that the commands which send something to the Hub share, and what they print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from realfake_hf.cli.options import print_json, printing_options, together

if TYPE_CHECKING:
    from realfake_hf.hub.upload import Push

destination_options = together(
    click.option("--private", is_flag=True, help="Create it as a private one; a public one there is refused."),
    click.option("--revision", metavar="BRANCH", help="Commit to this branch, made where it is missing."),
    click.option("--create-pr", is_flag=True, help="Open a pull request instead."),
    click.option("--message", metavar="TEXT", help="Of the commit."),
    click.option("--dry-run", is_flag=True, help="List files and sizes; send nothing."),
    printing_options,
)
"""The fields of a `Destination`, and what is printed of it."""


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
