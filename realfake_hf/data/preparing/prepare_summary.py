"""What `prepare` did, for people and for `--json`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from realfake_hf.data.split_names import order_splits
from realfake_hf.models.labels import LABEL_NAMES


@dataclass(frozen=True)
class SplitCount:
    """Images of one source and class in one split."""

    split: str
    label: str
    source: str
    images: int


def split_counts(counts: Counter[tuple[str, int, str]]) -> list[SplitCount]:
    """Counts by (split, label, source) as rows, the splits in their usual order."""
    splits = order_splits({split for split, _, _ in counts})
    ordered = sorted(counts, key=lambda key: (splits.index(key[0]), key[1], key[2]))
    return [SplitCount(s, LABEL_NAMES[label], source, counts[s, label, source]) for s, label, source in ordered]


@dataclass(frozen=True)
class FileRemark:
    """A file that was left out, and why."""

    path: str
    reason: str

    @property
    def sentence(self) -> str:
        """Which and why; most reasons name the file themselves."""
        return self.reason if self.reason.startswith(self.path) else f"{self.path}: {self.reason}"


@dataclass
class PrepareSummary:
    """The outcome of `prepare`.

    Attributes:
        destination: the folder written to.
        sizes: variants there, px.
        files: image files seen.
        images: images kept.
        counts: images per split, class and source.
        duplicates: equal files left out.
        label_conflicts: files left out because the same bytes are labelled real and fake.
        crossing: images left out because their group holds another split.
        near_duplicates: kept images that share a group with others.
        groups: groups of two and more such images.
        scanned: files looked at in this run; the others were known from an earlier one.
        remade: images whose missing variants were made again.
        removed: outdated variants deleted.
        unreadable: files that could not be used.
        warnings: what to know before training on the result.
    """

    destination: str
    sizes: list[int]
    files: int = 0
    images: int = 0
    counts: list[SplitCount] = field(default_factory=list)
    duplicates: int = 0
    label_conflicts: int = 0
    crossing: int = 0
    near_duplicates: int = 0
    groups: int = 0
    scanned: int = 0
    remade: int = 0
    removed: int = 0
    unreadable: list[FileRemark] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def count(self, split: str | None = None, label: str | None = None) -> int:
        """Images of a split or class, or of any."""
        return sum(row.images for row in self.counts if split in (None, row.split) and label in (None, row.label))

    def set_counts(self, counts: Counter[tuple[str, int, str]]) -> None:
        """Take over counts by (split, label, source), and warn of splits that lack a class."""
        self.counts = split_counts(counts)
        self.images = counts.total()
        for split in dict.fromkeys(row.split for row in self.counts):
            for label in LABEL_NAMES:
                if self.count(split, label) == 0:
                    self.warnings.append(f"{split} has no {label} images: add some, or change the shares.")
