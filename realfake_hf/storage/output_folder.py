"""The folder that a command writes to: never over what another run left there, unasked."""

from __future__ import annotations

import shutil
from pathlib import Path

from realfake_hf.errors import RealFakeError

PARTS_FOLDER = "predictions-parts"
"""What an evaluation that is under way, or was interrupted, has judged so far."""
PREDICTIONS, ROBUSTNESS = "predictions.parquet", "robustness.json"
PAGE, MISTAKES, FIGURES = "page.html", "mistakes.png", "figures"


def is_in_use(folder: Path) -> bool:
    """Whether a folder holds anything but a first file that was never whole: a kill or a full disk left that."""
    return folder.is_dir() and any(child.suffix != ".part" for child in folder.iterdir())


def refuse_file(folder: Path, parameter: str = "output") -> None:
    """Raise RealFakeError where a file lies in the place of a folder that `parameter` names."""
    if folder.exists() and not folder.is_dir():
        raise RealFakeError(f"`{parameter}` {folder} is a file: name a folder.")


def check_output(folder: Path, marker: str, *, resume: bool, overwrite: bool) -> None:
    """Refuse a folder in use; with `overwrite`, drop an interrupted evaluation in it.

    Args:
        folder: need not exist.
        marker: the file that a finished evaluation is known by, written last.

    Raises:
        RealFakeError: it is a file, or holds an evaluation, finished or not, that nothing allows to replace.
    """
    refuse_file(folder)
    if (folder / marker).exists() and not overwrite:
        raise RealFakeError(f"{folder} holds an evaluation: name another `output`, or replace it with `overwrite`.")
    if (folder / PARTS_FOLDER).exists() and not resume:
        if not overwrite:
            raise RealFakeError(
                f"{folder} holds an interrupted evaluation: go on with `resume`, or drop it with `overwrite`."
            )
        shutil.rmtree(folder / PARTS_FOLDER)


def clear_extras(folder: Path) -> None:
    """Delete page, figures, contact sheet and curves of the evaluation that is being replaced."""
    for file in (folder / PAGE, folder / MISTAKES, folder / ROBUSTNESS, *(folder / FIGURES).glob("*.svg")):
        file.unlink(missing_ok=True)


def claim_output(output: str | Path, last_file: str, *, overwrite: bool) -> Path:
    """Make the folder; a finished run left `last_file` in it, which is only replaced when asked for.

    Raises:
        RealFakeError: it is a file, or holds a finished run and `overwrite` was not asked for.
    """
    folder = Path(output).expanduser()
    refuse_file(folder)
    if (folder / last_file).exists() and not overwrite:
        raise RealFakeError(
            f"{folder} holds {last_file} already: name another `output`, or replace it with `overwrite`."
        )
    folder.mkdir(parents=True, exist_ok=True)
    return folder
