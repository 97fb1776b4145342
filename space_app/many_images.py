"""The second tab: files, a folder or a zip in, a table and its CSV out."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import gradio as gr

from realfake_hf.detection.verdict import Verdict
from realfake_hf.detection.words import WORDS
from realfake_hf.errors import RealFakeError
from realfake_hf.records.scan import write_records
from space_app.judging import judge_images
from space_app.limits import Limits
from space_app.models import Models
from space_app.original_image import without_addresses
from space_app.queueing import ONE_AT_A_TIME
from space_app.templates import render
from space_app.uploads import Uploads

HEADERS = ["Image", "Verdict", "Fake, %", "Size, px", "Notes"]
CSV_NAME = "realfake-verdicts.csv"


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
                    height=180,
                    scale=3,
                    elem_id="files",
                )
            )
            with gr.Column(scale=1, min_width=200):
                folder = without_addresses(
                    gr.UploadButton("Choose a folder", file_count="directory", size="md", elem_id="folder")
                )
                stop = gr.Button("Stop", variant="secondary", size="sm")
        self.summary = gr.HTML(visible=False)
        self.table = gr.Dataframe(
            headers=HEADERS,
            datatype=["str", "str", "number", "str", "str"],
            interactive=False,
            visible=False,
            wrap=True,
            max_height=560,
            column_widths=["260px", "120px", "90px", "130px", "450px"],
            elem_id="table",
        )
        self.csv = gr.DownloadButton("Download as CSV", visible=False, variant="primary", elem_id="csv")
        outputs = [self.summary, self.table, self.csv]
        options: dict[str, Any] = {"api_visibility": "private", "show_progress_on": self.summary, **ONE_AT_A_TIME}
        running = [source.upload(self.show, [source, model], outputs, **options) for source in (self.files, folder)]
        stop.click(None, cancels=running, api_visibility="private")

    def show(self, paths: list[str] | None, model: str, progress: gr.Progress = gr.Progress()) -> list[Any]:  # noqa: B008
        """The table of a batch, sorted as it came; a click on a column's name sorts it."""
        try:
            uploads = Uploads.of(paths or [], self.limits)
        except RealFakeError as error:
            return [_summary([], [str(error)]), gr.update(visible=False), gr.update(visible=False)]
        progress(0, desc="Loading the model")
        verdicts = []
        for verdict in judge_images(self.models.detector(model), uploads.images, self.limits):
            verdicts.append(verdict)
            progress((len(verdicts), len(uploads.images)), desc="Judged", unit="images")
        return [
            _summary(verdicts, uploads.notes),
            gr.Dataframe([_row(verdict) for verdict in verdicts], visible=True),
            gr.DownloadButton(value=self._write_csv(verdicts), visible=True),
        ]

    def _write_csv(self, verdicts: list[Verdict]) -> str:
        cache = Path(self.csv.GRADIO_CACHE)
        cache.mkdir(parents=True, exist_ok=True)
        file = Path(tempfile.mkdtemp(dir=cache)) / CSV_NAME
        write_records((verdict.to_record() for verdict in verdicts), file)
        return str(file)


def _summary(verdicts: list[Verdict], notes: list[str]) -> Any:
    counts = Counter(verdict.label for verdict in verdicts)
    found = [(label or "none", counts[label], words) for label, words in WORDS.items() if counts[label]]
    return gr.HTML(render("summary.html", counts=found, notes=notes), visible=True)


def _row(verdict: Verdict) -> list[Any]:
    shown = verdict.shown_probability
    return [
        verdict.path,
        verdict.words,
        None if shown is None else round(100 * shown),
        f"{verdict.width} × {verdict.height}" if verdict.width else "",  # noqa: RUF001
        verdict.error or "; ".join(verdict.warnings),
    ]
