"""The first tab: one image, its verdict, where the model looked, and what the answer is worth."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import gradio as gr

from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_folders import find_images
from space_app.address import addresses_allowed, fetch_image
from space_app.judging import judge_image
from space_app.limits import MEGABYTE, Limits
from space_app.models import Models
from space_app.original_image import original_image, without_addresses
from space_app.queueing import ONE_AT_A_TIME
from space_app.verdict_view import details_html, empty_html, verdict_html

SAMPLES_FOLDER = Path(str(files("realfake_hf"))) / "samples"
SAMPLES = {
    "real": "Photographs to try",
    "fake": "The same, re-made by a generator's decoder: hard cases",
}
CAPTION = (
    "Orange parts speak for fake to the model, blue ones for real; hatched ones it did not look at. "
    "That is where its answer comes from, not what was altered in the image."
)


class OneImage:
    """The tab's parts and what happens on it.

    Attributes:
        image: the input; its value is the path of the uploaded file.
    """

    def __init__(self, models: Models, model: gr.Radio, limits: Limits) -> None:
        self.models = models
        self.limits = limits
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=300):
                self.image = original_image(
                    label="Image to judge",
                    sources=["upload", "webcam", "clipboard"],
                    height=380,
                    buttons=[],
                    elem_id="image",
                    placeholder="# Drop an image file here\nto upload",  # as its button is called, for who hears it
                )
                if addresses_allowed():
                    self._address_row()
            with gr.Column(scale=6, min_width=300):
                self.card = gr.HTML(empty_html())
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=300):
                self.heatmap = without_addresses(
                    gr.Image(
                        label="Where the model looked",
                        interactive=False,
                        visible=False,
                        format="png",
                        buttons=["fullscreen", "download"],
                        elem_classes="rf-heatmap",
                        alt_text="The image in grey under a heatmap: orange speaks for fake, blue for real",
                    )
                )
                self.caption = gr.HTML(visible=False, elem_classes="rf-caption")
            with gr.Column(scale=6, min_width=300):
                self.details = gr.HTML(visible=False)
        with gr.Row(equal_height=False):
            for kind, words in SAMPLES.items():
                paths = find_images(SAMPLES_FOLDER / kind)
                with gr.Column(scale=len(paths), min_width=300):
                    self._samples(paths, kind, words)
        gr.on(
            [self.image.change, model.change],
            self.show,
            [self.image, model],
            [self.card, self.heatmap, self.caption, self.details],
            api_visibility="private",
            trigger_mode="always_last",
            show_progress_on=[self.card],
            **ONE_AT_A_TIME,
        )

    def show(self, path: str | None, model: str) -> Iterator[list[Any]]:
        """First the verdict, then the heatmap, which takes longer."""
        if path is None:
            yield [empty_html(), _nothing(), _nothing(), _nothing()]
            return
        verdict = judge_image(self.models.detector(model), path, self.limits)
        details = details_html(verdict, self.models.measured(model))
        answer = [verdict_html(verdict, model), gr.HTML(details, visible=bool(details))]
        yield [answer[0], _nothing(), _nothing(), answer[1]]
        if verdict.label is not None:
            yield [answer[0], *_heatmap(verdict), answer[1]]

    def _samples(self, paths: list[Path], kind: str, words: str) -> None:
        """Buttons with a picture and a name: `gr.Examples` has thumbnails, but none that a screen reader can name."""
        gr.HTML(f"<p class='rf-samples-title'>{words}</p>")
        with gr.Row(elem_classes="rf-samples"):
            for path in paths:
                name = path.stem.split("-")[0].capitalize() + (", fake" if kind == "fake" else "")
                button = gr.Button(name, icon=path, size="sm", min_width=64)
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


def _heatmap(verdict: Verdict) -> list[Any]:
    try:
        overlay = verdict.heatmap().overlay()
    except RealFakeError as error:
        return [_nothing(), gr.HTML(f"<p>There is no heatmap: {escape(str(error))}</p>", visible=True)]
    return [gr.Image(overlay, visible=True), gr.HTML(f"<p>{CAPTION}</p>", visible=True)]


def _nothing() -> Any:
    return gr.update(value=None, visible=False)
