"""Which sources are left out in turn, and of which images it is measured."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from realfake_hf.data.holdout import hold_out
from realfake_hf.data.loading import DataSource, describe_data, load_data, require_both_classes, require_train
from realfake_hf.data.measured_split import MEASURED
from realfake_hf.errors import RealFakeError
from realfake_hf.models.labels import FAKE, LABEL_NAMES, REAL

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

OVER = {"generators": (FAKE,), "reals": (REAL,), "both": (FAKE, REAL)}
"""Whose sources `--over` names."""

TEST_FRACTION = 0.2
"""What is held out to measure on, where the data have one split only."""

_COLUMNS: WeakKeyDictionary[Dataset, tuple[np.ndarray, np.ndarray]] = WeakKeyDictionary()


def _labels_and_sources(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Two columns of a data set, read once: hundreds of sources ask for them again and again."""
    if dataset not in _COLUMNS:
        _COLUMNS[dataset] = (np.asarray(dataset["label"][:]), np.asarray(dataset["source"][:], dtype=object))
    return _COLUMNS[dataset]


@dataclass(frozen=True)
class Source:
    """A generator (`label` 1) or a set of real photographs (`label` 0)."""

    label: int
    name: str

    @property
    def label_name(self) -> str:
        """`real` or `fake`."""
        return LABEL_NAMES[self.label]

    @property
    def folder(self) -> str:
        """A name for a folder; another for every source."""
        safe = re.sub(r"[^\w.-]+", "_", self.name)
        return f"{self.label_name}-{safe}" + (f"-{zlib.crc32(self.name.encode()):08x}" if safe != self.name else "")

    def rows(self, dataset: Dataset) -> np.ndarray:
        """Which rows of a data set it made, bool (n,)."""
        labels, names = _labels_and_sources(dataset)
        return (labels == self.label) & (names == self.name)


@dataclass
class Plan:
    """What is trained on, measured on, and left out.

    Attributes:
        splits: `train` and `val`, with all sources.
        measured: the images to measure on.
        split: what they are called.
        sources: to leave out, in this order.
        skipped: source -> why it cannot be left out.
        notes: sentences to be said beside the figures.
    """

    splits: DatasetDict
    measured: Dataset
    split: str
    sources: list[Source]
    skipped: dict[Source, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def without(self, *sources: Source) -> DatasetDict:
        """`train` and `val` without some sources."""
        from datasets import DatasetDict

        kept = {}
        for name, part in self.splits.items():
            left_out = np.logical_or.reduce([source.rows(part) for source in sources])
            kept[name] = part.select(np.flatnonzero(~left_out))
        return DatasetDict(kept)

    def folds(self, count: int, seed: int) -> list[list[Source]]:
        """The sources in `count` groups of about as many sources of each class and about as many images.

        Raises:
            RealFakeError: fewer than two groups, or more than a class has sources.
        """
        rng = np.random.default_rng(seed)
        groups: list[list[Source]] = [[] for _ in range(count)]
        sizes = np.zeros(count)
        for label in sorted({source.label for source in self.sources}):
            own = [source for source in self.sources if source.label == label]
            if not 2 <= count <= len(own):
                raise RealFakeError(
                    f"{len(own)} {LABEL_NAMES[label]} sources cannot be left out in {count} groups: "
                    f"choose from 2 to {len(own)}."
                )
            images = {source: int(source.rows(self.splits["train"]).sum()) for source in own}
            order = sorted(rng.permutation(len(own)), key=lambda place: -images[own[place]])
            for turn in range(0, len(own), count):
                # The largest of each turn goes to the group that has the fewest images yet.
                for source, group in zip(
                    [own[place] for place in order[turn : turn + count]], np.argsort(sizes), strict=False
                ):
                    groups[group].append(source)
                    sizes[group] += images[source]
        return groups

    def measured_rows(self, source: Source) -> np.ndarray:
        """Rows of `measured` that are the source's or of the other class, int (n,)."""
        labels, _ = _labels_and_sources(self.measured)
        return np.flatnonzero(source.rows(self.measured) | (labels != source.label))


def make_plan(
    data: DataSource,
    *,
    over: str = "both",
    only: Sequence[str] = (),
    split: str | None = None,
    validation_fraction: float = 0.2,
    seed: int = 0,
) -> Plan:
    """Read a data set and decide.

    Args:
        data: as `load_data` takes it; it must have sources.
        over: `generators`, `reals` or `both`.
        only: names of sources; none means all.
        split: to measure on; by default `test`, else `val`, else a fifth of `train` that is held out.
        validation_fraction, seed: of what is held out of `train` where there is no `val`.

    Raises:
        RealFakeError: no such split or source, one class only, no sources, or none that can be left out.
    """
    from datasets import DatasetDict

    if over not in OVER:
        raise RealFakeError(f"`over` {over} is unknown: choose from {', '.join(OVER)}.")
    where = describe_data(data)
    loaded = load_data(data)
    train = require_train(loaded, where)
    if split is not None and (split not in loaded or split == "train"):
        others = [name for name in loaded if name != "train"]
        raise RealFakeError(f"{where} has no split {split!r} to measure on: it has {', '.join(others) or 'none'}.")
    notes = []
    chosen = split or next((name for name in MEASURED if name in loaded), None)
    if chosen is None:
        chosen = "held out"
        train, measured = hold_out(train, TEST_FRACTION, seed=seed)
        notes.append("The data have no test split: a fifth of train was held out to measure on.")
    else:
        measured = loaded[chosen]
    if "val" in loaded:
        validation = loaded["val"]
    else:
        train, validation = hold_out(train, validation_fraction, seed=seed)
    if chosen == "val":
        notes.append(
            "Measured on the validation split, by which the model trained on all also chose the epoch to keep: the "
            "costs are a little too high."
        )
    for part, name in ((train, "train"), (validation, "validation"), (measured, chosen)):
        require_both_classes(part, f"The {name} split of {where}")
    plan = Plan(DatasetDict({"train": train, "val": validation}), measured, chosen, [], notes=notes)
    for source in _sources(train, over, only, where):
        reason = _why_not(plan, source)
        if reason:
            plan.skipped[source] = reason
        else:
            plan.sources.append(source)
    if not plan.sources:
        why = "; ".join(f"{source.name or 'unknown source'}, {reason}" for source, reason in plan.skipped.items())
        raise RealFakeError(f"No source of {where} can be left out: {why}.")
    return plan


def _sources(train: Dataset, over: str, only: Sequence[str], where: str) -> list[Source]:
    pairs = sorted(set(zip(train["label"][:], train["source"][:], strict=True)), key=lambda pair: (-pair[0], pair[1]))
    found = [Source(int(label), str(name)) for label, name in pairs if label in OVER[over]]
    if not any(source.name for source in found):
        raise RealFakeError(f"{where} does not say its sources: name them by a folder level below the class.")
    unknown = [name for name in only if name not in {source.name for source in found}]
    if unknown:
        known = ", ".join(source.name for source in found if source.name)
        raise RealFakeError(f"The train split of {where} has no source {unknown[0]!r} there: it has {known}.")
    return [source for source in found if not only or source.name in only]


def _why_not(plan: Plan, source: Source) -> str:
    if not source.name:
        return "these images do not say their source"
    if not source.rows(plan.measured).any():
        return f"none of its images is in {plan.split}"
    for name, part in plan.splits.items():
        if not ((_labels_and_sources(part)[0] == source.label) & ~source.rows(part)).any():
            return f"it is the only {source.label_name} source in {name}"
    return ""
