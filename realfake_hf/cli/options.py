"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, redirect_stderr
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def together(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Several options as one decorator; help lists them in this order."""
    return lambda command: functools.reduce(lambda decorated, option: option(decorated), reversed(options), command)


# The main handler looks for it among the arguments; declared here so that it may stand after the command, too.
traceback_option = click.option(
    "--traceback", is_flag=True, expose_value=False, hidden=True, help="Show where an error came from."
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="No progress bar and no summary.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, on a terminal too.")
printing_options = together(json_option, quiet_option, traceback_option)
model_option = click.option(
    "--model",
    "-m",
    default="default",
    show_default=True,
    metavar="MODEL",
    help="The embedded default, another embedded model's name, a folder, or a Hub id.",
)
SEED = click.IntRange(0, 2**32 - 1)
"""What numpy and scikit-learn take."""
device_option = click.option("--device", metavar="DEVICE", help="cpu, cuda, cuda:1, ...; by default a GPU if any.")
remote_code_option = click.option(
    "--trust-remote-code", is_flag=True, help="Run the code that comes with the model. Read it first."
)
fake_label_option = click.option(
    "--fake-label", metavar="LABEL", help="The model's label that means fake, where its name does not say so."
)

data_argument = click.argument("data", nargs=-1, required=True, metavar="DATA...")
"""One data set or several, which are then taken together."""


def print_json(value: object, *, indent: bool = False) -> None:
    """Print a record, or records in lists and dicts, as JSON on one line, or on as many as a person reads."""
    from realfake_hf.records.json_record import json_line, json_values
    from realfake_hf.storage.files import json_text

    click.echo(json_text(json_values(value)) if indent else json_line(value), nl=not indent)


def whole_numbers(ctx: click.Context, parameter: click.Parameter, value: str) -> list[int]:
    """Callback of an option that takes whole numbers separated by commas."""
    try:
        return [int(part) for part in value.split(",")]
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a list of whole numbers, such as 128,224.") from None


def names(ctx: click.Context, parameter: click.Parameter, value: str) -> list[str]:
    """Callback of an option that takes names separated by commas."""
    return [part.strip() for part in value.split(",") if part.strip()]


def no_progress(quiet: bool) -> AbstractContextManager[object]:
    """With `quiet`, keep what libraries write to standard error (bars, notes) from a terminal; errors still end in
    the main handler."""
    return redirect_stderr(io.StringIO()) if quiet else nullcontext()
