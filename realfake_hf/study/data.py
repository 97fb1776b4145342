"""The one data set that every candidate of a study sees: with a validation split, and small where it must be quick."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from realfake_hf.data.holdout import hold_out
from realfake_hf.data.loading import load_data, require_both_classes, require_train
from realfake_hf.errors import RealFakeError
from realfake_hf.images.regular_file import read_regular
from realfake_hf.images.stored_image import StoredImage

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

DATA_FOLDER = "data"
VALIDATION_FRACTION = 0.2
SEED = 30
"""The seed's own: of what is held out, and of the quick sample."""

QUICK_TRAIN, QUICK_VAL, QUICK_HELD_OUT = 96, 32, 64
"""Images a class in a quick study; the last of all other splits together, but at least `QUICK_LEAST` of each."""

QUICK_LEAST = 6
QUICK_SIDE = 1024
"""Longest side, px, of the images of a quick study: decoding large photographs would take most of its time."""


@dataclass(frozen=True)
class StudyData:
    """What a study trains and measures on.

    Attributes:
        path: to load it from: the user's own, or `data/` of the study.
        rows: split -> images, as the candidates see them.
        notes: what was done to the data.
    """

    path: str
    rows: dict[str, int]
    notes: tuple[str, ...] = ()

    @property
    def measured(self) -> list[str]:
        """The splits that candidates are measured on."""
        return [split for split in self.rows if split != "train"]


class _Original(NamedTuple):
    """What an image was before it was made smaller: the columns of `ORIGINAL_COLUMNS`."""

    width: int
    height: int
    format: str | None
    jpeg_quality: int | None


def load_study_data(data: str | Path) -> DatasetDict:
    """As `load_data`, and checked for training.

    Raises:
        RealFakeError: data that cannot be loaded, or a train split that is missing or has one class only.
    """
    splits = load_data(data)
    require_both_classes(require_train(splits, data), f"The train split of {data}")
    if "val" in splits:
        require_both_classes(splits["val"], f"The val split of {data}")
    return splits


def settle(data: str | Path, splits: DatasetDict, folder: Path, *, quick: bool) -> StudyData:
    """Write `folder/data` where the data lack a validation split or the study is quick.

    Raises:
        RealFakeError: too few images to hold both classes out.
    """
    notes = []
    if "val" not in splits:
        notes.append(f"val is {round(100 * VALIDATION_FRACTION)} % of train, held out once for all candidates")
    if not notes and not quick:
        return StudyData(str(data), _rows(splits))
    written = folder / DATA_FOLDER
    if not written.is_dir():
        _write(_own_splits(splits, quick=quick), written)
    own = load_study_data(written)
    return StudyData(str(written), _rows(own), tuple(notes))


def _rows(splits: DatasetDict) -> dict[str, int]:
    return {name: len(split) for name, split in splits.items()}


def _own_splits(splits: DatasetDict, *, quick: bool) -> DatasetDict:
    from datasets import DatasetDict

    own = dict(splits)
    if "val" not in own:
        own["train"], own["val"] = hold_out(own["train"], VALIDATION_FRACTION, seed=SEED)
    if quick:
        others = [name for name in own if name not in ("train", "val")]
        share = max(QUICK_LEAST, QUICK_HELD_OUT // max(1, len(others)))
        caps = {"train": QUICK_TRAIN, "val": QUICK_VAL, **dict.fromkeys(others, share)}
        own = {name: _reduced(split.select(quick_rows(split, caps[name]))) for name, split in own.items()}
    return DatasetDict(own)


def _write(splits: DatasetDict, folder: Path) -> None:
    """Whole or not at all; the images' bytes travel along."""
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    splits.save_to_disk(str(partial))
    partial.replace(folder)


def quick_rows(split: Dataset, per_class: int) -> list[int]:
    """Rows of a sample in their order: at most `per_class` of each class, taken from its sources in turn."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    labels, sources = np.asarray(split["label"][:]), np.asarray(split["source"][:], dtype=np.str_)
    chosen: list[int] = []
    for label in np.unique(labels):
        turns: list[tuple[int, int]] = []
        for place, source in enumerate(np.unique(sources[labels == label])):
            rows = rng.permutation(np.flatnonzero((labels == label) & (sources == source)))
            turns += [(turn * len(labels) + place, int(row)) for turn, row in enumerate(rows)]
        chosen += [row for _, row in sorted(turns)[:per_class]]
    return sorted(chosen)


def _reduced(split: Dataset) -> Dataset:
    """Images above `QUICK_SIDE` made smaller; where there are any, columns tell what all the originals were."""
    from datasets import Dataset, Value

    from realfake_hf.data.exploring.image_tasks import ORIGINAL_COLUMNS

    stored = [_stored(image) for image in split["image"]]
    originals = [_original(content) for content in stored]
    if not any(original and max(original.width, original.height) > QUICK_SIDE for original in originals):
        return split
    columns: dict[str, list[Any]] = {name: split[name][:] for name in split.column_names}
    columns["image"] = [
        {"bytes": _smaller(content) if original else content, "path": None}
        for content, original in zip(stored, originals, strict=True)
    ]
    features = split.features.copy()
    if not set(ORIGINAL_COLUMNS) & set(split.column_names):
        for name in ORIGINAL_COLUMNS:
            columns[name] = [original and getattr(original, name) for original in originals]
            features[name] = Value("string" if name == "format" else "int64")
    return Dataset.from_dict(columns, features=features)


def _stored(image: StoredImage) -> bytes:
    if image["bytes"] is not None:
        return image["bytes"]
    try:
        return read_regular(Path(image["path"] or ""))
    except RealFakeError:
        return b""


def _original(content: bytes) -> _Original | None:
    """Size and encoding of a stored image; None where it cannot be read, which whoever opens it will say."""
    from realfake_hf.images.image_files import identify_image
    from realfake_hf.images.jpeg_quality import jpeg_quality

    try:
        with identify_image(io.BytesIO(content), "the image") as image:
            return _Original(image.width, image.height, image.format, jpeg_quality(image))
    except Exception:  # a decoder's complaint about a damaged file can be of any kind
        return None


def _smaller(content: bytes) -> bytes:
    from PIL import Image

    from realfake_hf.images.image_files import open_image

    try:
        image = open_image(content)
    except RealFakeError:
        return content
    if max(image.size) <= QUICK_SIDE:
        return content
    image.thumbnail((QUICK_SIDE, QUICK_SIDE), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    image.save(target, "JPEG", quality=95, subsampling=0)
    return target.getvalue()
