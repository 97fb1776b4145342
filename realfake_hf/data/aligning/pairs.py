"""Make pairs: cut tiles, reconstruct them in batches, save both sides alike."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from realfake_hf.data.aligning.autoencoders import Autoencoder
from realfake_hf.data.aligning.encoding import JpegEncoding, orientation_of, photo_encoding
from realfake_hf.data.aligning.folder import AlignFolder
from realfake_hf.data.aligning.tiles import Box, choose_tiles, cut_with_context, grid_origin, without_context
from realfake_hf.data.preparing.prepare_run import output_name
from realfake_hf.data.preparing.scan import ScanTask
from realfake_hf.errors import RealFakeError
from realfake_hf.images.hashing import sha256
from realfake_hf.images.image_files import decode_image, identify_image
from realfake_hf.images.regular_file import read_regular
from realfake_hf.models.labels import FAKE, REAL
from realfake_hf.records.manifest import ImageRecord
from realfake_hf.storage.processes import map_ahead

PENDING_BATCHES = 4
"""Batches' worth of tiles of odd sizes that wait for others of theirs before they go without."""

UNNAMED_SOURCE = "photos"
"""The source of photographs that lie in no folder of a source."""


@dataclass(frozen=True)
class Pair:
    """One tile to be made.

    Attributes:
        real, fake: paths below the destination.
        encoding: of both sides.
        pixels: (H, W, 3) uint8, the tile with its context.
    """

    real: str
    fake: str
    encoding: JpegEncoding
    pixels: np.ndarray


@dataclass(frozen=True)
class PairMaker:
    """Makes the pairs of a folder.

    Attributes:
        folder: the destination, open.
        autoencoder: makes the fakes.
        batch_size: tiles per batch.
        workers: threads that decode and encode.
    """

    folder: AlignFolder
    autoencoder: Autoencoder
    batch_size: int
    workers: int

    def names(self, record: ImageRecord, number: int) -> tuple[str, str]:
        """The two paths of a photograph's tile, by its number; they differ in the class and the source alone."""
        assert record.split is not None
        source = record.source or UNNAMED_SOURCE
        sides = (REAL, source), (FAKE, f"{self.autoencoder.name}-{source}")
        outputs = [output_name(replace(record, label=label, source=name), record.split) for label, name in sides]
        real, fake = (f"{output.removesuffix('.jpg')}-{number}.jpg" for output in outputs)
        return real, fake

    def missing(self, records: Iterable[ImageRecord]) -> int:
        """How many pairs of these photographs are not made yet: about, for a file's orientation may cost it a tile."""
        settings = self.folder.settings
        return sum(
            not self.folder.has_pair(*self.names(record, number))
            for record in records
            for number in range(len(photo_tiles(record, 1, settings.tile, settings.tiles, settings.seed)))
        )

    def make(self, photos: Iterable[tuple[ScanTask, ImageRecord]]) -> Iterator[float]:
        """Make what is missing of these photographs' pairs; yields each new pair's PSNR in dB."""
        waiting: dict[tuple[int, ...], list[Pair]] = {}
        with ThreadPoolExecutor(self.workers) as pool:
            for pairs in map_ahead(pool, lambda both: self._cut(*both), photos, 2 * self.workers):
                for pair in pairs:
                    waiting.setdefault(pair.pixels.shape, []).append(pair)
                    if len(waiting[pair.pixels.shape]) == self.batch_size:
                        yield from self._finish(pool, waiting.pop(pair.pixels.shape))
                if sum(map(len, waiting.values())) > PENDING_BATCHES * self.batch_size:
                    yield from self._finish(pool, waiting.pop(max(waiting, key=lambda shape: len(waiting[shape]))))
            for batch in waiting.values():
                yield from self._finish(pool, batch)

    def _cut(self, task: ScanTask, record: ImageRecord) -> list[Pair]:
        settings = self.folder.settings
        content = task.content if task.content is not None else read_regular(task.file or "", task.name)
        if sha256(content) != record.sha256:
            raise RealFakeError(f"{task.name} changed meanwhile: run the command again.")
        opened = identify_image(io.BytesIO(content), task.name)
        encoding = photo_encoding(opened, photo_seed(record, settings.seed))
        boxes = photo_tiles(record, orientation_of(opened), settings.tile, settings.tiles, settings.seed)
        photo = decode_image(opened, task.name)
        pairs = []
        for number, box in enumerate(boxes):
            real, fake = self.names(record, number)
            if not self.folder.has_pair(real, fake):
                pairs.append(Pair(real, fake, encoding, cut_with_context(photo, box)))
        return pairs

    def _finish(self, pool: ThreadPoolExecutor, pairs: list[Pair]) -> Iterator[float]:
        reconstructed = self.autoencoder.reconstruct(np.stack([pair.pixels for pair in pairs]))
        yield from pool.map(self._save, pairs, reconstructed)

    def _save(self, pair: Pair, reconstructed: np.ndarray) -> float:
        real, fake = without_context(pair.pixels), without_context(reconstructed)
        real_content, fake_content = pair.encoding.encode_pair(real, fake)
        self.folder.write_pair(pair.real, real_content, pair.fake, fake_content)
        return psnr(real, fake)


def photo_seed(record: ImageRecord, seed: int) -> int:
    """The seed of everything that is drawn for one photograph: by its content, not by its place among others."""
    assert record.sha256 is not None
    return int(record.sha256[:15], 16) ^ seed


def photo_tiles(record: ImageRecord, orientation: int, tile: int, tiles: int, seed: int) -> list[Box]:
    """The boxes of a photograph's tiles."""
    assert record.width is not None
    assert record.height is not None
    size = (record.width, record.height)
    return choose_tiles(size, grid_origin(size, orientation), tile, tiles, photo_seed(record, seed))


def psnr(first: Image.Image, second: Image.Image) -> float:
    """Peak signal-to-noise ratio of two images of one size, dB; 99 where they are equal."""
    difference = np.asarray(first, np.float64) - np.asarray(second, np.float64)
    error = float((difference**2).mean())
    return 10 * float(np.log10(255**2 / error)) if error > 0 else 99.0
