"""The `realfake` command group: which subcommands there are, and how errors end."""

from __future__ import annotations

import atexit
import difflib
import importlib
import logging
import os
import re
import signal
import sys
import warnings
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from typing import Any

import click

from realfake_hf import __version__
from realfake_hf.cli.environment_errors import environment_sentence
from realfake_hf.cli.interrupts import raise_interrupts_of_finalizers
from realfake_hf.cli.option_names import name_options
from realfake_hf.cli.system_errors import system_sentence
from realfake_hf.cli.table import complain
from realfake_hf.errors import RealFakeError
from realfake_hf.storage.working import watched

COMMANDS = (
    "scan",
    "prepare",
    "explore",
    "audit",
    "align",
    "train",
    "calibrate",
    "evaluate",
    "compare",
    "explain",
    "leave-one-out",
    "study",
    "report",
    "demo",
    "notebooks",
    "export",
    "push",
    "push-data",
    "push-space",
    "info",
)
"""A command `push-data` is the click command `push_data` in `realfake_hf/cli/push_data.py`."""

EXIT_FAILED = 2
EXIT_INTERRUPTED = 130


class RealFakeGroup(click.Group):
    """Imports a subcommand when it is asked for, and ends every error in one sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command = getattr(importlib.import_module(f"realfake_hf.cli.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click, but an unknown name is answered with the nearest known one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            nearest = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f" did you mean {nearest[0]}?" if nearest else f" choose from {', '.join(COMMANDS)}."
            ctx.fail(f"There is no command {name!r}:{hint}")
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **kwargs: Any) -> Any:
        """Run, and exit: an error becomes one sentence on standard error, with its traceback only on demand."""
        arguments = list(sys.argv[1:] if args is None else args)
        kwargs["standalone_mode"] = False
        try:
            _refuse_empty(arguments)
            with nullcontext() if is_quiet(arguments) else watched(command=_command(arguments)):
                code = super().main(arguments, *rest, **kwargs)
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except click.Abort:
            click.echo("Interrupted.", err=True)
            code = EXIT_INTERRUPTED
        except Exception as error:
            if _traceback_wanted(arguments):
                raise
            complain(f"Error: {self._sentence(error, arguments)}")
            code = EXIT_FAILED
        sys.exit(code if isinstance(code, int) else 0)

    def _sentence(self, error: Exception, arguments: Sequence[str]) -> str:
        text = " ".join(str(error).split())
        if sentence := environment_sentence(error):
            return sentence
        if isinstance(error, RealFakeError):
            name = _command(arguments)
            return name_options(text, self.get_command(click.Context(self), name) if name else None)
        if sentence := system_sentence(error):
            return sentence
        return (
            f"{type(error).__name__}: {text or 'no message'}{'' if text.endswith('.') else '.'} "
            f"This is a fault of realfake: --traceback (or REALFAKE_TRACEBACK=1) shows where it came from."
        )


def _command(arguments: Sequence[str]) -> str:
    """Which one is given; empty where none is."""
    return next((argument for argument in arguments if argument in COMMANDS), "")


def _refuse_empty(arguments: Sequence[str]) -> None:
    """An empty path would be this folder; a script whose variable is not set means anything but that."""
    for argument in arguments:
        if not argument or re.fullmatch(r"--[a-z-]+=", argument):
            which = f"{argument.rstrip('=')} is empty" if argument else "An argument is empty"
            raise RealFakeError(f"{which}: say what is meant, or . for this folder.")


@click.group(
    cls=RealFakeGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all done; 1 done, but some inputs could not be read or judged; 2 wrong usage, or a model or "
    "data set that cannot be loaded; 3 --fail-on met.",
)
@click.version_option(__version__, prog_name="realfake", message="%(prog)s %(version)s")
@click.option("--traceback", is_flag=True, expose_value=False, help="Show where an error came from.")
def cli() -> None:
    """Tell photographs from AI-generated images, and train and measure the small CNNs that do.

    \b
    Example:
      realfake scan photo.jpg holiday/
    """


def main() -> None:
    """Entry point of the `realfake` script."""
    _open_closed_streams()
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    if not sys.stderr.isatty():  # bars of these two would run into a log
        os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # of libraries, to developers; what matters becomes an error or a verdict's
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells everybody that it keeps fonts somewhere else
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal keeps its encoding, and may lack letters
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    raise_interrupts_of_finalizers()
    leave = _Leave()
    try:
        cli(prog_name="realfake")
    except SystemExit as end:
        leave.code = end.code if isinstance(end.code, int) else 1
        raise
    finally:
        with suppress(ValueError):  # a thread has no signals
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C from now on shows no traceback of an exit function


def _open_closed_streams() -> None:
    """Where a caller closed one (`>&-`), Python has none, and the next file that is opened would take its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 (until the end)


class _Leave:
    """Ends the process when all is written and every exit function has run, without taking everything apart first.

    Freeing what torch and transformers have loaded takes two seconds in which nothing is left to say. Exit functions
    run last in, first out: this one, there before the libraries', comes after theirs.
    """

    def __init__(self) -> None:
        self.code = 1
        atexit.register(self)

    def __call__(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):  # a pipe that is closed: Python knows what to do
                return
        os._exit(self.code)


def is_quiet(arguments: list[str]) -> bool:
    """Whether nobody is to be told what takes so long."""
    return "--quiet" in arguments or "-q" in arguments


def _traceback_wanted(arguments: list[str]) -> bool:
    return "--traceback" in arguments or os.environ.get("REALFAKE_TRACEBACK", "") not in ("", "0")


if __name__ == "__main__":
    main()
