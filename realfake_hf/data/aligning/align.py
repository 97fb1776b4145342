"""`align`: from photographs to a paired data set, each tile against its own reconstruction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from realfake_hf.data.aligning.autoencoders import Autoencoder, load_autoencoder
from realfake_hf.data.aligning.folder import AlignFolder, AlignSettings
from realfake_hf.data.aligning.pairs import PairMaker
from realfake_hf.data.aligning.photos import ScannedPhotos, open_photos, scan_photos
from realfake_hf.data.aligning.summary import AlignSummary
from realfake_hf.data.aligning.tables import WrittenPairs, write_metadata
from realfake_hf.data.aligning.tiles import MIN_SIDE, MULTIPLE
from realfake_hf.data.preparing.prepare_summary import FileRemark, split_counts
from realfake_hf.data.preparing.scan import ScanTask
from realfake_hf.errors import RealFakeError
from realfake_hf.images.regular_file import escaped_name
from realfake_hf.records.manifest import ImageRecord, write_manifest
from realfake_hf.storage.machine import available_cores
from realfake_hf.storage.working import working

TILE = 192
TILE_RANGE = (MIN_SIDE, 4096)
BATCH_SIZES = {"cuda": 32, "cpu": 4}
"""Tiles at once, by device: on CPUs larger batches only take more memory."""


@working("Aligning")
def align(
    photos: str | Path,
    destination: str | Path,
    *,
    vae: str | Path,
    tile: int = TILE,
    tiles: int = 1,
    split: str | None = None,
    test: float = 0.2,
    val: float = 0.2,
    seed: int = 30,
    batch_size: int | None = None,
    device: str | None = None,
    precision: str = "auto",
    workers: int | None = None,
    overwrite: bool = False,
    progress: bool = True,
    write_card: Callable[[Path], object] | None = None,
) -> AlignSummary:
    """Make aligned fakes: tiles of photographs, and the same tiles once through a diffusion autoencoder.

    Content, size, place, format, quality, subsampling and length of the two files of a pair are the same; what differs
    is the trace of the decoder (Rajan et al., AlignedForensics, 2024; Chen et al., Dual Data Alignment, 2025).

    Writes `<split>/{real,fake}/<source>/<photo>-<sha>-<tile>.jpg` with a metadata.parquet per split (column `pair`
    names what belongs together), manifest.parquet with one row per photograph, and align.json. Killed, it goes on
    where it was; run again, it makes what is missing.

    Args:
        photos: a folder of photographs, or whatever `load_data` loads: then its real images.
        destination: a new or empty folder, or one of an earlier run with the same settings.
        vae: see `load_autoencoder`.
        tile: longest side of a tile, px, a multiple of 8. Nothing is resampled; smaller photographs give one tile
            of their whole size, rounded down to multiples of 8.
        tiles: per photograph, at most; they do not overlap.
        split: take this split of the photographs alone.
        test: share of photographs that becomes the test split, 0 to 1, where they have no splits.
        val: share of the rest that becomes the validation split, likewise.
        seed: of splits, positions, and the qualities given to photographs that were no JPEG.
        batch_size: tiles at once, by default 32 on a GPU and 4 on a CPU.
        device: by default a GPU where there is one.
        precision: `"auto"`, `"float32"` or `"bfloat16"`.
        workers: threads and processes that decode and encode, by default one per core.
        overwrite: remove an earlier result in `destination` first.
        progress: show a progress bar, on a terminal.
        write_card: is called with the finished folder, and writes its card.

    Raises:
        RealFakeError: wrong settings, no photographs, no autoencoder, or a destination that holds something else.
    """
    _check_numbers(tile, tiles, test, val, batch_size, workers)
    root = Path(destination).expanduser()
    where = Path(photos).expanduser()
    images = open_photos(photos, root, split)
    if next(images.tasks(), None) is None:
        of_split = f" in its split {split!r}" if split is not None else ""
        raise RealFakeError(f"{photos} holds no photographs (no real images){of_split}: check the path.")
    autoencoder = load_autoencoder(vae, device=device, precision=precision)
    settings = AlignSettings(
        photos=escaped_name(str(where.resolve() if where.exists() else photos)),
        vae=autoencoder.name,
        vae_sha256=autoencoder.sha256,
        precision=precision,
        tile=tile,
        tiles=tiles,
        split=split,
        test=test,
        val=val,
        seed=seed,
    )
    cores = workers or available_cores()
    try:
        with AlignFolder(root, settings, overwrite=overwrite) as folder:
            scanned = scan_photos(images, folder, workers=cores, progress=progress)
            maker = PairMaker(folder, autoencoder, batch_size or BATCH_SIZES.get(autoencoder.device.type, 32), cores)
            summary = _begin_summary(root, scanned, autoencoder)

            def kept() -> Iterator[tuple[ScanTask, ImageRecord]]:
                for index, task in enumerate(images.tasks()):
                    if index >= len(scanned.keys) or int(task.key, 16) != scanned.keys[index]:
                        raise RealFakeError(f"{photos} changed meanwhile: run the command again.")
                    if scanned.records[index].split is not None:
                        yield task, scanned.records[index]

            missing = maker.missing(record for record in scanned.records if record.split is not None)
            _make(maker, kept(), missing, summary, progress)
            write_manifest(scanned.records, folder.manifest)
            written = write_metadata(folder, maker, scanned.records)
            summary.removed = folder.remove_outdated(written.outputs)
            _finish_summary(summary, written)
            folder.write_settings(complete=True)
            if write_card is not None:
                write_card(root)
            return summary
    except OSError as error:
        raise RealFakeError(f"{error.filename or root} cannot be written: {error.strerror or error}.") from None


def _make(
    maker: PairMaker,
    photos: Iterator[tuple[ScanTask, ImageRecord]],
    missing: int,
    summary: AlignSummary,
    progress: bool,
) -> None:
    from tqdm import tqdm

    total = 0.0
    with tqdm(desc="reconstruct", total=missing, unit="pair", disable=None if progress else True) as bar:
        for value in maker.make(photos):
            summary.made += 1
            total += value
            bar.update()
            bar.set_postfix_str(f"PSNR {total / summary.made:.1f} dB", refresh=False)
    summary.psnr = total / summary.made if summary.made else None


def _begin_summary(root: Path, scanned: ScannedPhotos, autoencoder: Autoencoder) -> AlignSummary:
    summary = AlignSummary(str(root), autoencoder.name, photos=len(scanned.records))
    summary.unreadable = [FileRemark(record.path, record.error) for record in scanned.records if record.error]
    summary.duplicates = sum(record.dropped is not None for record in scanned.records)
    return summary


def _finish_summary(summary: AlignSummary, written: WrittenPairs) -> None:
    summary.counts = split_counts(written.counts)
    summary.pairs = written.counts.total() // 2
    summary.too_small = written.without


def _check_numbers(tile: int, tiles: int, test: float, val: float, batch_size: int | None, workers: int | None) -> None:
    low, high = TILE_RANGE
    if not low <= tile <= high or tile % MULTIPLE:
        raise RealFakeError(f"tile is {tile}: give a multiple of {MULTIPLE} from {low} to {high}.")
    for name, share in (("test", test), ("val", val)):
        if not 0 <= share < 1:
            raise RealFakeError(f"{name} is {share}: give a share from 0 to below 1.")
    for name, number in (("tiles", tiles), ("batch_size", batch_size), ("workers", workers)):
        if number is not None and number < 1:
            raise RealFakeError(f"{name} is {number}: give 1 or more.")
