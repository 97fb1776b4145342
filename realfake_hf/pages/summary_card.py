"""What stands on top of a page: what was found, in a sentence, as badges, and ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["pass", "warn", "fail", "open"]

MARKS: dict[Level, str] = {"pass": "pass", "warn": "look", "fail": "fail", "open": "too few to tell"}
"""The word of a badge: nobody needs its colour."""


@dataclass(frozen=True)
class Badge:
    """One question and how it was answered; `open` where there is too little to answer it by."""

    level: Level
    text: str

    @property
    def mark(self) -> str:
        """The level as people read it."""
        return MARKS[self.level]


@dataclass
class SummaryCard:
    """The top of a page.

    Attributes:
        headline: the finding in a sentence or two.
        badges: questions with their answers.
        ranked: what else was found, the most telling first.
        ranked_title: what the list is of.
    """

    headline: str
    badges: Sequence[Badge] = ()
    ranked: list[str] = field(default_factory=list)
    ranked_title: str = "First of all"
