"""What a data set's card says, gathered from the folder that `prepare` or `align` wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub_card.sources import SOURCES_FILE, read_sources
from realfake_hf.errors import RealFakeError
from realfake_hf.models.labels import LABEL_NAMES
from realfake_hf.records.align import AlignRecord
from realfake_hf.records.audit import AuditResult, audit_beside
from realfake_hf.records.environment import package_version
from realfake_hf.records.prepare import PrepareRecord

if TYPE_CHECKING:
    import pyarrow as pa

METADATA = "metadata.parquet"
PRIVATE = ("source", "photos")
"""Settings that are paths of somebody's machine, and nobody else's business."""

SIGHTS = {
    "metadata_auc": "the stored files' metadata",
    "border_auc": "the outermost pixels",
    "thumbnail_auc": "a 16 px thumbnail",
    "real_vs_real_auc": "metadata and borders, to tell real sources apart",
}

PREPARED = (
    "A collection of images was deduplicated (equal files out, near-duplicates in one split), split by a seed, and "
    "saved as small squares, both classes in the same format, quality and subsampling. Column `group` names "
    "near-duplicates; `width`, `height`, `format` and `jpeg_quality` are the original's."
)
ALIGNED = (
    "Every fake is a tile of a photograph once encoded and decoded by the diffusion autoencoder {vae}; the real image "
    "beside it is the same tile without that. Tiles have the photograph's native resolution, and both sides were saved "
    "with the photograph's own JPEG tables and subsampling (a drawn quality where it was no JPEG). A decoder's output "
    "takes fewer bytes, so comment segments fill both files up to one length. Column `pair` names what belongs "
    "together; no photograph crosses splits."
)
COLLECTED = "Images of both classes were put together as they were found: nothing was resized or saved again."
LIMITS = {
    "push-data": (
        "The classes may differ in format, size, compression and content, by which a classifier could tell them.",
        "A detector that does well here need not do well on other generators, cameras, or re-compressed images.",
    ),
    "prepare": (
        "The images were reduced: what downsampling takes away, no detector trained on them can learn.",
        "A detector that does well here need not do well on other generators, cameras, or re-compressed images.",
    ),
    "align": (
        "The fakes carry the trace of one decoder and the content of photographs: a detector trained on them alone "
        "knows no generator's style, and no decoder without a kin trace.",
        "Real images were decoded and saved once more on their own JPEG grid; they are not the camera's files.",
    ),
}


@dataclass(frozen=True)
class SourceRow:
    """Images of one class and source, and where they are from."""

    label: str
    source: str
    images: int
    origin: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Probe:
    """One shortcut probe of the audit: what it sees, its ROC AUC, and the interval where there is one."""

    sees: str
    auc: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class DatasetFacts:
    """Everything a card says.

    Attributes:
        title: of the card.
        command: `prepare`, `align` or `push-data`.
        made: how, in sentences.
        settings: by name, for a table.
        version: of the package.
        counts: images by split, label and source; the splits in their order.
        origins: by source, where it is from and its licence.
        configs: by name of the configuration, the folder of its images relative to the root.
        licence: of the whole, an SPDX-like id that the Hub knows, or `other`.
        audit: None where there was none.
        repo: where it lies on the Hub.
        licence_file: whether a LICENSE lies in the repository.
    """

    title: str
    command: str
    made: str
    settings: Mapping[str, object]
    version: str
    counts: dict[tuple[str, str, str], int]
    origins: Mapping[str, tuple[str, str]]
    configs: dict[str, str]
    licence: str
    audit: AuditResult | None
    repo: str = "OWNER/NAME"
    licence_file: bool = False

    @property
    def limits(self) -> tuple[str, ...]:
        """What it is not good for, in sentences."""
        return LIMITS[self.command]

    @property
    def usage(self) -> list[str]:
        """Lines of Python that load it."""
        name = next(iter(self.configs), "default")
        chosen = "" if name == "default" else f', "{name}"'
        return ["from datasets import load_dataset", "", f'images = load_dataset("{self.repo}"{chosen})']

    @property
    def images(self) -> int:
        """Images of both classes."""
        return sum(self.counts.values())

    @property
    def real(self) -> int:
        """Real images."""
        return self._count(label="real")

    @property
    def fake(self) -> int:
        """Fake images."""
        return self._count(label="fake")

    @property
    def splits(self) -> list[str]:
        """Names of the splits, in order."""
        return list(dict.fromkeys(split for split, _, _ in self.counts))

    def by_split(self) -> Iterator[tuple[str, int, int]]:
        """Split, real images, fake images."""
        for split in self.splits:
            yield split, self._count(split, "real"), self._count(split, "fake")

    def by_source(self) -> list[SourceRow]:
        """One row per class and source, real before fake."""
        totals: Counter[tuple[str, str]] = Counter()
        for (_, label, source), images in self.counts.items():
            totals[label, source] += images
        ordered = sorted(totals, key=lambda key: (LABEL_NAMES.index(key[0]), key[1]))
        return [
            SourceRow(label, name, totals[label, name], *self.origins.get(name, ("", ""))) for label, name in ordered
        ]

    def unlicensed(self) -> list[str]:
        """Sources whose licence nobody stated."""
        return [row.source or "unnamed sources" for row in self.by_source() if not row.licence]

    @property
    def probes(self) -> list[Probe]:
        """What classifiers of one thing alone reached in the audit."""
        found = []
        for name, sees in SIGHTS.items():
            value = getattr(self.audit, name, None)
            if self.audit is not None and value is not None:
                low, high = self.audit.ci95.get(name) or (None, None)
                found.append(Probe(sees, value, low, high))
        return found

    def _count(self, split: str | None = None, label: str | None = None) -> int:
        return sum(n for (s, name, _), n in self.counts.items() if split in (None, s) and label in (None, name))


def read_facts(folder: Path, *, title: str | None = None, licence: str = "other") -> DatasetFacts:
    """Gather the facts of a folder that `prepare` or `align` wrote.

    Reads its settings, the metadata of its splits, and where they are there audit.json and sources.yaml.

    Raises:
        RealFakeError: it is no such folder, or one of these files is damaged.
    """
    prepared = PrepareRecord.read(folder)
    aligned = None if prepared else AlignRecord.read(folder)
    if prepared:
        command, made, vae = "prepare", PREPARED, ""
        settings = {"sizes": ", ".join(f"{size} px" for size in prepared.sizes), **vars(prepared.settings)}
        configs = {str(size): str(size) for size in prepared.sizes}
    elif aligned:
        vae, settings = aligned.settings.vae, vars(aligned.settings)
        command, made, configs = "align", ALIGNED.format(vae=vae), {"default": "."}
    else:
        raise RealFakeError(f"{folder} was written by neither `realfake prepare` nor `realfake align`: no card for it.")
    counts = _count_images(folder / next(iter(configs.values()), "."))
    return DatasetFacts(
        title=title or folder.resolve().name,
        command=command,
        made=made,
        settings={name: value for name, value in settings.items() if value not in (None, "") and name not in PRIVATE},
        version=package_version("realfake-hf") or "unknown",
        counts=counts,
        origins=_read_origins(folder / SOURCES_FILE, vae, {key[2] for key in counts}),
        configs=configs,
        licence=licence,
        audit=audit_beside(folder),
    )


def collected_facts(
    counts: dict[tuple[str, str, str], int], folder: Path, *, title: str, licence: str = "other"
) -> DatasetFacts:
    """The facts of images that neither `prepare` nor `align` wrote.

    Args:
        counts: images by split, label and source; the splits in their order.
        folder: where an audit.json and a sources.yaml may lie.
        title: of the card.
        licence: as in `read_facts`.

    Raises:
        RealFakeError: one of these files is damaged.
    """
    return DatasetFacts(
        title=title,
        command="push-data",
        made=COLLECTED,
        settings={},
        version=package_version("realfake-hf") or "unknown",
        counts=counts,
        origins=_read_origins(folder / SOURCES_FILE, "", {key[2] for key in counts}),
        configs={"default": "."},
        licence=licence,
        audit=audit_beside(folder),
    )


def _count_images(folder: Path) -> dict[tuple[str, str, str], int]:
    from realfake_hf.data.split_names import order_splits

    files = {file.parent.name: file for file in folder.glob(f"*/{METADATA}")}
    tables = ((split, _labels_and_sources(files[split])) for split in order_splits(files))
    return count_images((split, table["label"].to_pylist(), table["source"].to_pylist()) for split, table in tables)


def _labels_and_sources(file: Path) -> pa.Table:
    import pyarrow.parquet as pq

    with file.open("rb") as stream:  # pyarrow takes every path for UTF-8
        return pq.read_table(stream, columns=["label", "source"])


def count_images(splits: Iterable[tuple[str, list[int], list[str | None]]]) -> dict[tuple[str, str, str], int]:
    """Images by split, label and source, from each split's name and its columns of labels and sources."""
    counts: dict[tuple[str, str, str], int] = {}
    for split, labels, sources in splits:
        pairs = Counter((label, source or "") for label, source in zip(labels, sources, strict=True))
        counts |= {(split, LABEL_NAMES[label], source): images for (label, source), images in sorted(pairs.items())}
    return counts


def _read_origins(file: Path, vae: str, sources: set[str]) -> dict[str, tuple[str, str]]:
    """Where each source is from and its licence; a reconstruction's licence is its photographs'."""
    known = {name: (source.origin, source.licence) for name, source in read_sources(file).items()}
    derived = {}
    for source in sources:
        photos = source.removeprefix(f"{vae}-")
        if vae and photos != source:
            derived[source] = (f"{photos}, through {vae}", known.get(photos, ("", ""))[1])
    return derived | known
