"""The second tab: files, a folder or a zip in, a workbench that fills as verdicts come."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import gradio as gr

from realfake_hf.detection.pages.tile import LARGE, SMALL, Tile, thumbnail
from realfake_hf.detection.pages.workbench import feed_html, frame_html
from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_files import open_image
from space_app.judging import judge_images
from space_app.limits import MEGABYTE, Limits
from space_app.models import Models
from space_app.original_image import without_addresses
from space_app.queueing import ONE_AT_A_TIME
from space_app.templates import render
from space_app.uploads import UploadedImage, Uploads

SECONDS_BETWEEN = 0.7
"""The grid grows in steps: so far apart that a browser keeps up."""
STEPS_AT_ONCE = 3
"""Tiles are sent with so many steps, for a browser may pass over one; the last step sends them all."""
FEW = 100
"""Up to so many images have large thumbnails."""


class ManyImages:
    """The tab's parts and what happens on it.

    Attributes:
        files: the input; its value is a list of paths.
    """

    def __init__(self, models: Models, model: gr.Radio, limits: Limits) -> None:
        self.models = models
        self.limits = limits
        gr.HTML(render("many_images.html", limits=limits))
        with gr.Row(equal_height=False):
            self.files = without_addresses(
                gr.File(
                    label="Images or a zip of them",
                    file_count="multiple",
                    file_types=["image", ".zip"],
                    height=150,
                    scale=3,
                    elem_id="files",
                )
            )
            with gr.Column(scale=1, min_width=200):
                folder = without_addresses(
                    gr.UploadButton("Choose a folder", file_count="directory", size="md", elem_id="folder")
                )
                stop = gr.Button("Stop", variant="secondary", elem_id="stop")
        batch = gr.HTML(visible=False)
        gr.HTML(frame_html(), elem_id="bench")
        running = [
            source.upload(
                self.show, [source, model], batch, api_visibility="private", show_progress="hidden", **ONE_AT_A_TIME
            )
            for source in (self.files, folder)
        ]
        stop.click(None, cancels=running, api_visibility="private")

    def show(self, paths: list[str] | None, model: str) -> Iterator[Any]:
        """How far it is, with the tiles that came since, for the workbench."""
        yield _batch("Looking for images in what you chose …", working=True)
        try:
            uploads = Uploads.of(paths or [], self.limits)
        except RealFakeError as error:
            yield _batch(str(error))
            return
        total = len(uploads.images)
        yield _batch(f"{_counted(total)} found; getting the model ready …", notes=uploads.notes, total=total)
        detector = self.models.detector(model)
        run, side = secrets.token_hex(4), LARGE if total <= FEW else SMALL
        track_record = detector.track_record()

        def step(tiles: list[Tile], done: int) -> Any:
            words = f"Judged {done} of {_counted(total)}" + (" …" if done < total else ".")
            feed = feed_html(tiles, run=run, track_record=track_record)
            return _batch(words, notes=uploads.notes, total=total, done=done, feed=feed)

        tiles: list[Tile] = []
        sent = [0] * STEPS_AT_ONCE
        last = time.monotonic()
        for image, verdict in zip(uploads.images, judge_images(detector, uploads.images, self.limits), strict=True):
            tiles.append(self._tile(image, verdict, side))
            if time.monotonic() - last >= SECONDS_BETWEEN and len(tiles) < total:
                yield step(tiles[sent[0] :], len(tiles))
                sent, last = [*sent[1:], len(tiles)], time.monotonic()
        yield step(tiles, total)

    def _tile(self, image: UploadedImage, verdict: Verdict, side: int) -> Tile:
        picture = None
        if verdict.label is not None:
            with suppress(RealFakeError):  # gone meanwhile: its verdict is there all the same
                picture = thumbnail(open_image(image.read(self.limits.max_image_mb * MEGABYTE)), side)
        return Tile.of(verdict, picture)


def _batch(words: str, **values: Any) -> Any:
    shown = {"notes": [], "total": 0, "done": 0, "working": False, "feed": "", **values}
    return gr.HTML(render("batch.html", words=words, **shown), visible=True)


def _counted(images: int) -> str:
    return "1 image" if images == 1 else f"{images} images"
