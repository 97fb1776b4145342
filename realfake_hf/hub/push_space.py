"""The app to a Space of the Hub: `realfake push-space`."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from realfake_hf.errors import RealFakeError
from realfake_hf.hub.upload import Destination, Push, full_name, upload_folder
from realfake_hf.inference.model_loading import DEFAULT_MODEL
from realfake_hf.weights import embedded_models

MODEL_VARIABLE = "REALFAKE_MODEL"
"""The environment variable by which the app learns its model."""

NOT_SENT = {"static", "tests", "__pycache__"}


def push_space(model: str, to: Destination) -> Push:
    """Send the app with its front matter and requirements in one commit, and set the model that it offers first.

    Args:
        model: a model's id on the Hub, or an embedded one's name. A folder of this machine is refused: a Space cannot
            see it.
        to: where to.

    Raises:
        RealFakeError: a model that a Space cannot load, or the Hub does not take it.
    """
    _check_model(model)
    to = dataclasses.replace(to, repo=full_name(to))
    with TemporaryDirectory(prefix="realfake-push-") as temporary:
        folder = Path(temporary)
        write_space_files(folder)
        message = "The app, its requirements and card"
        return upload_folder(folder, to, kind="space", message=message, space_variables={MODEL_VARIABLE: model})


def write_space_files(target: Path) -> None:
    """Copy what a Space needs of the package `space_app`, its files at the top.

    Raises:
        RealFakeError: this installation has no `space_app`.
    """
    spec = importlib.util.find_spec("space_app")
    source = Path(spec.origin).parent if spec is not None and spec.origin else None
    if source is None or not (source / "app.py").is_file() or not (source / "README.md").is_file():
        raise RealFakeError("This installation holds no app (space_app): install realfake-hf whole.")
    for file in sorted(source.rglob("*")):
        inside = file.relative_to(source)
        if file.is_file() and not NOT_SENT & set(inside.parts) and not inside.name.startswith("."):
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target / inside)


def _check_model(model: str) -> None:
    if model == DEFAULT_MODEL or model in embedded_models():
        return
    if Path(model).expanduser().exists() or not re.fullmatch(r"[\w.-]+/[\w.-]+", model) or model.startswith("."):
        raise RealFakeError(
            f"A Space cannot load {model}: `realfake push` it first and give its OWNER/NAME, or name an embedded one."
        )
