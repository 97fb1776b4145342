"""The first tab: one image, its verdict, where the model looked, and what the answer is worth."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from realfake_hf.detection.verdict import Verdict
from realfake_hf.detection.words import why_not_judged
from realfake_hf.errors import RealFakeError
from space_app.address import addresses_allowed, fetch_image
from space_app.guessing import Guessing, gallery_buttons
from space_app.judging import judge_image
from space_app.limits import MEGABYTE, Limits
from space_app.models import Models
from space_app.original_image import original_image, without_addresses
from space_app.queueing import ONE_AT_A_TIME
from space_app.verdict_view import empty_html, no_viewer_html, verdict_html, viewer_html


class OneImage:
    """The tab's parts and what happens on it.

    Attributes:
        image: the input; its value is the path of the uploaded file.
    """

    def __init__(self, models: Models, model: gr.Radio, limits: Limits) -> None:
        self.models = models
        self.limits = limits
        with gr.Row(equal_height=False, elem_id="one"):
            with gr.Column(min_width=0, elem_id="picture"):
                self.image = original_image(
                    label="Image to judge",
                    sources=["upload", "webcam", "clipboard"],
                    height=340,
                    buttons=[],
                    elem_id="image",
                    placeholder="# Drop an image file here\nto upload",  # as its button is called, for who hears it
                )
                with gr.Row(elem_id="choose"):
                    self._upload_button("Choose a photo", "choose-photo", "primary")
                    self._upload_button("Take one", "take-photo", "secondary")
                if addresses_allowed():
                    self._address_row()
            with gr.Column(min_width=0, elem_id="answer"):
                self.guessing = Guessing()
                self.card = gr.HTML(empty_html())
            with gr.Column(min_width=0, elem_id="viewer"):
                self.viewer = gr.HTML(visible=False)
        gallery_buttons(self._choose)
        on = partial(
            gr.on,
            inputs=[self.image, model],
            outputs=[self.card, self.viewer, *self.guessing.outputs],
            api_visibility="private",
            show_progress_on=[self.card],
            **ONE_AT_A_TIME,
        )
        on([self.image.change, model.change], self.show, trigger_mode="always_last")
        for guess, button in self.guessing.buttons.items():
            on(button.click, partial(self.reveal, guess))

    def show(self, path: str | None, model: str) -> Iterator[list[Any]]:
        """First the verdict, then where the model looked, which takes longer; before a case's verdict the question."""
        if path is None:
            yield [gr.update(value=empty_html(), visible=True), _nothing(), *self.guessing.nothing()]
        elif self.guessing.case(path):
            yield [_nothing(), _nothing(), *self.guessing.ask()]
        else:
            yield from self._verdict(path, model, self.guessing.nothing())

    def reveal(self, guess: str, path: str | None, model: str) -> Iterator[list[Any]]:
        """The verdict and the truth of a case of the gallery."""
        case = self.guessing.case(path)
        if path is not None and case is not None:
            yield from self._verdict(path, model, self.guessing.answer(case, guess))

    def _verdict(self, path: str, model: str, rest: list[Any]) -> Iterator[list[Any]]:
        verdict = judge_image(self.models.detector(model), path, self.limits)
        card = gr.update(value=verdict_html(verdict), visible=True)
        yield [card, _nothing(), *rest]
        if verdict.label is not None and not why_not_judged(verdict.warnings):
            yield [card, gr.update(value=_viewer(verdict), visible=True), *rest]

    def _upload_button(self, words: str, elem_id: str, variant: Literal["primary", "secondary"]) -> None:
        button = without_addresses(gr.UploadButton(words, file_types=["image"], variant=variant, elem_id=elem_id))
        button.upload(lambda path: path, button, self.image, api_visibility="private", show_progress="hidden")

    def _choose(self, button: gr.Button, path: Path) -> None:
        button.click(partial(str, path), None, self.image, api_visibility="private", show_progress="hidden")

    def _address_row(self) -> None:
        address = gr.Textbox(label="Or the web address of an image", max_lines=1, placeholder="https://")
        button = gr.Button("Fetch it", size="sm")

        async def fetch(text: str) -> str:
            try:
                folder = Path(self.image.GRADIO_CACHE) / "fetched"
                return str(await fetch_image(text, folder, self.limits.max_image_mb * MEGABYTE))
            except RealFakeError as error:
                raise gr.Error(str(error), print_exception=False) from None

        gr.on([button.click, address.submit], fetch, address, self.image, api_visibility="private")


def _viewer(verdict: Verdict) -> str:
    try:
        return viewer_html(verdict.heatmap())
    except RealFakeError as error:
        return no_viewer_html(str(error))


def _nothing() -> Any:
    return gr.update(value=None, visible=False)
