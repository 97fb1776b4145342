"""The folder that an evaluation is written to: never over another one unasked."""

from __future__ import annotations

import shutil
from pathlib import Path

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.predict import PARTS_FOLDER

PREDICTIONS, ROBUSTNESS = "predictions.parquet", "robustness.json"
PAGE, MISTAKES, FIGURES = "page.html", "mistakes.png", "figures"


def check_output(folder: Path, marker: str, *, resume: bool, overwrite: bool) -> None:
    """Refuse a folder in use; with `overwrite`, drop an interrupted evaluation in it.

    Args:
        folder: need not exist.
        marker: the file that a finished evaluation is known by, written last.

    Raises:
        RealFakeError: it is a file, or holds an evaluation, finished or not, that nothing allows to replace.
    """
    if folder.exists() and not folder.is_dir():
        raise RealFakeError(f"--output {folder} is a file: name a folder.")
    if (folder / marker).exists() and not overwrite:
        raise RealFakeError(f"{folder} holds an evaluation: name another --output, or replace it with --overwrite.")
    if (folder / PARTS_FOLDER).exists() and not resume:
        if not overwrite:
            raise RealFakeError(
                f"{folder} holds an interrupted evaluation: go on with --resume, or drop it with --overwrite."
            )
        shutil.rmtree(folder / PARTS_FOLDER)


def clear_extras(folder: Path) -> None:
    """Delete page, figures, contact sheet and curves of the evaluation that is being replaced."""
    for file in (folder / PAGE, folder / MISTAKES, folder / ROBUSTNESS, *(folder / FIGURES).glob("*.svg")):
        file.unlink(missing_ok=True)
