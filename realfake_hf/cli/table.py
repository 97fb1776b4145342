"""Verdicts as rows for people at a terminal."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from realfake_hf.detection.verdict import Verdict

COLOURS = {"real": "cyan", "unsure": "yellow", "fake": "red", None: "bright_black"}
"""Cyan and red are told apart by colour-blind people too, and each row says it in words."""
NOT_JUDGED = "-"
LABEL_WIDTH, P_FAKE_WIDTH = 6, 6
NOTES_WIDTH = 30
"""Columns that notes get at least."""
MIN_PATH_WIDTH, MAX_PATH_WIDTH = 16, 80


class VerdictTable:
    """Rows of one width: path, label, p_fake in percent, warnings and the generator that the file declares.

    The words of the label are those of the records in CSV and JSON. Notes that are too long for the terminal go on
    under their own column.

    Args:
        paths: all that will come, for the width of their column.
        terminal_width: in columns; by default the terminal's.
        colour: whether to colour the labels; by default as `wants_colour`.
    """

    def __init__(self, paths: Iterable[str], *, terminal_width: int | None = None, colour: bool | None = None) -> None:
        width = terminal_width or shutil.get_terminal_size().columns
        room = width - LABEL_WIDTH - P_FAKE_WIDTH - NOTES_WIDTH - 6
        longest = max((text_width(printable(path)) for path in paths), default=0)
        self.path_width = max(MIN_PATH_WIDTH, min(longest, room, MAX_PATH_WIDTH))
        self.notes_at = self.path_width + LABEL_WIDTH + P_FAKE_WIDTH + 6
        self.notes_width = max(MIN_PATH_WIDTH, width - self.notes_at)
        self.colour = wants_colour() if colour is None else colour

    def header(self) -> str:
        """The line above the rows."""
        return f"{pad('path', self.path_width)}  {'label':<{LABEL_WIDTH}}  {'p_fake':>{P_FAKE_WIDTH}}  notes"

    def row(self, verdict: Verdict) -> str:
        """One verdict's line, or lines; an image that was not judged shows why instead of warnings."""
        label = f"{verdict.label or NOT_JUDGED:<{LABEL_WIDTH}}"
        if self.colour:
            label = click.style(label, fg=COLOURS[verdict.label])
        from realfake_hf.detection.words import why_not_judged

        shown = None if why_not_judged(verdict.warnings) else verdict.shown_probability
        p_fake = NOT_JUDGED if shown is None else f"{shown:.0%}".replace("%", " %")
        path = pad(shorten(printable(verdict.path or ""), self.path_width), self.path_width)
        notes = textwrap.wrap(printable(_why(verdict) or ", ".join(verdict.notes)), self.notes_width) or [""]
        first = f"{path}  {label}  {p_fake:>{P_FAKE_WIDTH}}  {notes[0]}".rstrip()
        return "\n".join([first, *(" " * self.notes_at + line for line in notes[1:])])


def wrapped(start: str, text: str, width: int | None = None) -> list[str]:
    """A line that goes on under its own column where a terminal is too narrow for it; in a pipe it stays one line.

    Args:
        start: what stands in front of the text, once.
        text: printed as it is.
        width: in columns; by default the terminal's.
    """
    if width is None and sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
    if width is None:
        return [start + text]
    room = max(MIN_PATH_WIDTH, width - len(start))
    first, *rest = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    return [start + first, *(" " * len(start) + line for line in rest)]


def wants_colour() -> bool:
    """Whether a terminal is to be coloured: https://no-color.org, and terminals that cannot."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _why(verdict: Verdict) -> str:
    """The error without the path at its beginning, which stands in the row already."""
    error = verdict.error or ""
    return error.removeprefix(verdict.path or "").lstrip(": ") or error


def printable(text: str) -> str:
    """File names may hold anything: control characters, which could steer the terminal, become `?`."""
    return "".join(character if character.isprintable() else "?" for character in text)


def complain(sentence: str) -> None:
    """A sentence on standard error, `printable`: it may name a file, whose name may hold anything."""
    click.echo(printable(sentence), err=True)


def text_width(text: str) -> int:
    """Columns that a text takes: East Asian wide characters take two, combining ones none."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)


def shorten(text: str, width: int) -> str:
    """Leave the front of a long path out, for its end tells more."""
    if text_width(text) <= width:
        return text
    while text and text_width(text) > width - 1:
        text = text[1:]
    return f"…{text}"


def pad(text: str, width: int) -> str:
    """Fill up with spaces to a width in columns."""
    return text + " " * (width - text_width(text))
