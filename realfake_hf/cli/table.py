"""Verdicts as rows for people at a terminal."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from realfake_hf.detection.verdict import Verdict

COLOURS = {"real": "green", "unsure": "yellow", "fake": "red", None: "bright_black"}
VERDICT_WIDTH, P_FAKE_WIDTH, NOTES_WIDTH = 11, 6, 26
MIN_PATH_WIDTH, MAX_PATH_WIDTH = 20, 80


class VerdictTable:
    """Rows of one width: path, verdict in words, p_fake in percent, warnings and the generator that the file declares.

    Args:
        paths: all that will come, for the width of their column.
        terminal_width: in columns; by default the terminal's.
        colour: whether to colour the verdicts.
    """

    def __init__(self, paths: Iterable[str], *, terminal_width: int | None = None, colour: bool = True) -> None:
        width = terminal_width or shutil.get_terminal_size().columns
        room = width - VERDICT_WIDTH - P_FAKE_WIDTH - NOTES_WIDTH - 6
        longest = max((text_width(printable(path)) for path in paths), default=0)
        self.path_width = max(MIN_PATH_WIDTH, min(longest, room, MAX_PATH_WIDTH))
        self.colour = colour

    def header(self) -> str:
        """The line above the rows."""
        return f"{pad('path', self.path_width)}  {'verdict':<{VERDICT_WIDTH}}  {'p_fake':>{P_FAKE_WIDTH}}  notes"

    def row(self, verdict: Verdict) -> str:
        """One verdict's line; an image that was not judged shows why instead of warnings."""
        words = f"{verdict.words:<{VERDICT_WIDTH}}"
        if self.colour:
            words = click.style(words, fg=COLOURS[verdict.label])
        shown = verdict.shown_probability
        p_fake = "-" if shown is None else f"{shown:.0%}".replace("%", " %")
        notes = printable(verdict.error or ", ".join(verdict.notes))
        path = pad(shorten(printable(verdict.path or ""), self.path_width), self.path_width)
        return f"{path}  {words}  {p_fake:>{P_FAKE_WIDTH}}  {notes}".rstrip()


def printable(text: str) -> str:
    """File names may hold anything: control characters, which could steer the terminal, become `?`."""
    return "".join(character if character.isprintable() else "?" for character in text)


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
