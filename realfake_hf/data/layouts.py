"""Folder layouts of labelled images: `{real,fake}/[source/]...`, alone or under split folders."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from realfake_hf.data.split_names import order_splits, split_name
from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_folders import passed_over_sentence, walk_images
from realfake_hf.models.labels import FAKE, LABEL_NAMES, REAL
from realfake_hf.records.prepare import PREPARE_FILE

logger = logging.getLogger(__name__)

CLASS_NAMES = (
    LABEL_NAMES,
    ("0_real", "1_fake"),  # Wang et al. 2020 (arXiv:1912.11035) and the benchmarks that follow its layout
    ("nature", "ai"),  # GenImage (arXiv:2306.08571)
    ("human", "ai"),
    ("human", "artificial"),
)
"""How real and fake are called, in pairs: of a pair that is not ours both must be there."""


@dataclass(frozen=True)
class ClassFolder:
    """One folder of images of one class.

    Attributes:
        folder: `.../real` or `.../fake`, in any case of letters.
        label: 0 real, 1 fake.
        split: the split whose folder it lies in; None where the layout has no splits.
    """

    folder: Path
    label: int
    split: str | None

    def images(self) -> Iterator[tuple[str, str]]:
        """Yield each image's path and its source: the folder level below the class, empty where there is none."""
        cut = len(str(self.folder)) + 1
        passed_over: Counter[str] = Counter()
        for file in walk_images(self.folder, passed_over):
            source, separator, _ = file[cut:].partition(os.sep)
            yield file, source if separator else ""
        if sentence := passed_over_sentence(passed_over):
            logger.warning("%s: %s", self.folder, sentence)


def find_class_folders(root: Path) -> list[ClassFolder]:
    """The class folders of a data folder, by split, real before fake; empty where there are none."""
    unsplit = _classes_in(root, None)
    if unsplit:
        return unsplit
    children = [child for child in _folders_in(root) if child.name[0] not in "._"]
    children = [child for child in children if _classes_in(child, None)]
    names = {child.name: split_name(child.name) for child in children}
    if len(set(names.values())) < len(names):  # `val` beside `validation`: leave the names alone
        names = {name: name for name in names}
    by_split = {names[child.name]: child for child in children}
    return [found for split in order_splits(by_split) for found in _classes_in(by_split[split], split)]


def refuse_layout(root: Path) -> RealFakeError:
    """The error for a folder that is no data set, saying what was found instead."""
    if next(walk_images(root), None) is None:
        return RealFakeError(f"{root} holds no images: check the path.")
    children = [child.name for child in _folders_in(root) if child.name[0] not in "._"]
    found = f" (found {', '.join(children[:6])})" if children else ""
    return RealFakeError(
        f"{root} has no folders named real and fake{found}: put the images into real/ and fake/, "
        "or into <split>/real/ and <split>/fake/."
    )


def refuse_among_images(output: str | Path, data: str | Path | Iterable[str | Path]) -> None:
    """Raise RealFakeError where a folder to write to lies where the next reading of some data would look into it.

    Args:
        output: need not exist.
        data: as `load_data` takes it.
    """
    for source in [data] if isinstance(data, str | Path) else data:
        path = Path(source).expanduser()
        if path.is_dir():
            refuse_inside(output, _searched(path), f"the images of {path}")


def refuse_inside(output: str | Path, folders: Iterable[Path], what: str) -> None:
    """Raise RealFakeError where a folder to write to is, or lies in, one of the folders that hold `what`."""
    target = Path(os.path.realpath(Path(output).expanduser()))  # `Path.resolve` fails on links in a circle
    if any(target.is_relative_to(os.path.realpath(folder)) for folder in folders):
        raise RealFakeError(f"{output} lies among {what}: give a folder outside of them.")


def _searched(path: Path) -> set[Path]:
    """The folders below a data folder in which any image, or any parquet file, is taken for one of the data."""
    if any((path / mark).exists() for mark in (PREPARE_FILE, "dataset_dict.json", "state.json")):
        return set()  # these say themselves which files are theirs
    classes = {own.folder for own in find_class_folders(path)}
    return classes | {folder.parent / name for folder in classes for name in LABEL_NAMES} or {path}


def _classes_in(folder: Path, split: str | None) -> list[ClassFolder]:
    below = {child.name.lower(): child for child in _folders_in(folder)}
    for names in CLASS_NAMES:
        found = [
            ClassFolder(below[name], label, split)
            for label, name in zip((REAL, FAKE), names, strict=True)
            if name in below
        ]
        if len(found) == 2 or (found and names == LABEL_NAMES):
            return found
    return []


def _folders_in(folder: Path) -> list[Path]:
    try:
        return [child for child in sorted(folder.iterdir()) if child.is_dir()]
    except OSError as error:
        raise RealFakeError(
            f"{folder} cannot be listed ({error.strerror or error}): make it readable, or take it out of the data."
        ) from None
