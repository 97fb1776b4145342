"""Images that nobody has labelled: a teaching encoder's features are a lesson all the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_folders import find_images
from realfake_hf.images.regular_file import escaped_name

if TYPE_CHECKING:
    from datasets import Dataset

NO_LABEL = -100
"""What torch's cross-entropy leaves out."""

SOURCE = "unlabelled"


def with_unlabelled(rows: Dataset, folder: str | Path) -> Dataset:
    """The labelled rows, and behind them the images of a folder with the label `NO_LABEL`.

    Args:
        rows: with `image`, `label` and `source`; other columns are left out.
        folder: searched recursively.

    Raises:
        RealFakeError: there are no images.
    """
    from datasets import Dataset, Features, Image, Value, concatenate_datasets

    where = Path(folder).expanduser()
    files = [escaped_name(str(file.absolute())) for file in find_images(where)] if where.is_dir() else []
    if not files:
        raise RealFakeError(f"{where} holds no images: `distillation.unlabelled` is a folder of images of any kind.")
    features = Features(image=Image(decode=False), label=Value("int64"), source=Value("string"))
    columns = {"image": files, "label": [NO_LABEL] * len(files), "source": [SOURCE] * len(files)}
    labelled = rows.select_columns(list(features)).cast(features)
    return concatenate_datasets([labelled, Dataset.from_dict(columns, features=features)])


def weights_with_unlabelled(weights: np.ndarray | None, labels: np.ndarray, share: float) -> np.ndarray:
    """Weights `(n,)` with sum 1 of which the unlabelled rows have `share`, 0..1, all alike.

    Args:
        weights: of the labelled rows, with sum 1; none weighs them alike.
        labels: `(n,)`, below 0 where there is none.
        share: of an epoch's draws.
    """
    known = labels >= 0
    found = np.empty(len(labels))
    found[known] = (1 - share) * (1 / known.sum() if weights is None else weights)
    found[~known] = share / max(1, (~known).sum())
    return found
