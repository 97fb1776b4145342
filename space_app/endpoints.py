"""The two functions that programs call; everything else of the page is closed to them."""

from __future__ import annotations

import gradio as gr

from realfake_hf.detection.verdict import Verdict
from realfake_hf.storage.files import JsonObject
from space_app.judging import judge_image, judge_images
from space_app.limits import Limits
from space_app.models import Models
from space_app.queueing import ONE_AT_A_TIME
from space_app.uploads import Uploads


def add_endpoints(models: Models, limits: Limits, image: gr.Image, files: gr.File, model: gr.Radio) -> None:
    """Add `/judge` and `/judge_batch` to the app that is being built.

    Args:
        image, files, model: whose types the endpoints' arguments have.
    """

    def judge(image: str | None, model: str) -> JsonObject:
        """Judge one image.

        Returns a scan record: name, label (real, unsure, fake or null), p_fake (calibrated probability of fake, 0 to
        1, or null), width, height, format, warnings, provenance (what the file itself declares), and error (null or
        one sentence).
        """
        if image is None:
            raise gr.Error("Give an image.", print_exception=False)
        return _record(judge_image(models.detector(model), image, limits))

    def judge_batch(files: list[str] | None, model: str) -> list[JsonObject]:
        """Judge several images, or those in zips; returns one scan record each, in order, as `judge` does."""
        uploads = Uploads.of(files or [], limits)
        return [_record(verdict) for verdict in judge_images(models.detector(model), uploads.images, limits)]

    for function, given, answer in ((judge, image, "Scan record"), (judge_batch, files, "Scan records")):
        gr.Button(visible=False).click(  # nobody presses it: an endpoint needs an event
            function, [given, model], gr.JSON(visible=False, label=answer), api_name=function.__name__, **ONE_AT_A_TIME
        )


def _record(verdict: Verdict) -> JsonObject:
    """A scan record whose `path` is called `name`: Gradio's client takes anything with a path for a file to fetch."""
    record = verdict.to_record()
    return {"name": record.pop("path"), **record}
