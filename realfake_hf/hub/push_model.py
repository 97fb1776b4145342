"""A model to the Hub: `realfake push`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory

from realfake_hf.hub.model_files import CardOverrides, write_model_files
from realfake_hf.hub.upload import Destination, Push, full_name, upload_folder
from realfake_hf.storage.working import working


@working("Sending the model")
def push_model(
    model: str | Path, to: Destination, *, overrides: CardOverrides | None = None, onnx: str | Path | None = None
) -> Push:
    """Build the clean folder of a model and send it in one commit.

    Args:
        model: an embedded model's name, a model's folder, or a RUN folder.
        to: where to.
        overrides: what only the user can say for the card.
        onnx: a folder of `realfake export`; by default `onnx/` beside the model, if there is one.

    Raises:
        RealFakeError: no such model, or the Hub does not take it.
    """
    to = dataclasses.replace(to, repo=full_name(to))
    with TemporaryDirectory(prefix="realfake-push-") as temporary:
        folder = Path(temporary)
        write_model_files(
            model, folder, repo=to.repo, overrides=overrides, onnx=None if onnx is None else Path(onnx).expanduser()
        )
        return upload_folder(folder, to, message=f"{to.repo.rpartition('/')[2]}: model, code and card")
