"""The gallery on the first tab: pick a case, guess, then see the verdict and the truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from realfake_hf.detection.gallery import Case, find_case, read_cases
from space_app.templates import render

GUESSES = {"real": "Real", "fake": "Fake", "": "Show me"}
"""What a visitor may say; the empty guess is none."""
SHOW_PICTURE = "() => document.getElementById('picture').scrollIntoView({ block: 'nearest' })"
"""On a phone the picture is above all that is seen of the gallery."""


class Guessing:
    """The question that stands before a case's verdict, and the truth that stands below it.

    Attributes:
        question, truth: shown and hidden by what `ask`, `answer` and `nothing` give for them, in this order.
    """

    def __init__(self) -> None:
        with gr.Column(visible=False, elem_id="guess") as self.question:
            gr.HTML(render("guess.html"))
            with gr.Row(elem_id="guesses"):
                self.buttons = {guess: gr.Button(words, min_width=90) for guess, words in GUESSES.items()}
        self.truth = gr.HTML(visible=False)

    @property
    def outputs(self) -> list[Any]:
        """The parts that the three functions below give values for."""
        return [self.question, self.truth]

    @staticmethod
    def ask() -> list[Any]:
        """The question alone."""
        return [gr.update(visible=True), gr.update(value=None, visible=False)]

    @staticmethod
    def answer(case: Case, guess: str) -> list[Any]:
        """The truth alone."""
        truth = render("truth.html", case=case, guess=guess, words=GUESSES)
        return [gr.update(visible=False), gr.update(value=truth, visible=True)]

    @staticmethod
    def nothing() -> list[Any]:
        """Neither: the image is no case of the gallery."""
        return [gr.update(visible=False), gr.update(value=None, visible=False)]

    @staticmethod
    def case(path: str | None) -> Case | None:
        """The case that an uploaded file is a copy of."""
        return None if path is None else find_case(Path(path))


def gallery_buttons(choose: Callable[[gr.Button, Path], None]) -> None:
    """All cases as buttons with a picture and a name, mixed: `gr.Examples` has thumbnails, but none that a screen
    reader can name."""
    gr.HTML(render("gallery.html"))
    with gr.Row(elem_classes="rf-samples"):
        for case in sorted(read_cases(), key=lambda case: case.title):
            button = gr.Button(case.title, icon=case.path, size="sm", min_width=64)
            choose(button, case.path)
            button.click(None, js=SHOW_PICTURE, api_visibility="private")
