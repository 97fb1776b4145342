"""`prepare`: from folders of any origin to deduplicated, split, evenly encoded variants and a manifest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from realfake_hf.data.preparing.collection import open_collection
from realfake_hf.data.preparing.prepare_folder import PrepareFolder, PrepareSettings
from realfake_hf.data.preparing.prepare_run import PrepareRun
from realfake_hf.data.preparing.prepare_summary import PrepareSummary
from realfake_hf.data.preparing.variants import FITS, JPEG_QUALITY
from realfake_hf.errors import RealFakeError
from realfake_hf.images.regular_file import escaped_name
from realfake_hf.storage.machine import available_cores
from realfake_hf.storage.working import working

SIZES = (128, 224)
"""The seed's."""

SIZE_RANGE = (8, 4096)


@working("Preparing the images")
def prepare(
    source: str | Path,
    destination: str | Path,
    *,
    sizes: Sequence[int] = SIZES,
    fit: str = "pad",
    test: float = 0.2,
    val: float = 0.2,
    seed: int = 30,
    group_by: str | None = None,
    quality: int = JPEG_QUALITY,
    parquet: bool = False,
    workers: int | None = None,
    overwrite: bool = False,
    progress: bool = True,
    write_card: Callable[[Path], object] | None = None,
) -> PrepareSummary:
    """Make a data set of small variants from a collection of labelled images.

    Writes `<size>/<split>/<label>/<source>/<name>.jpg` with a metadata.parquet per split (so that
    `load_dataset("imagefolder", data_dir=".../128")` finds label and source), manifest.parquet with one row
    per file seen, and prepare.json. Killed, it goes on where it was; run again, it makes what is missing.

    Args:
        source: whatever `load_data` loads.
        destination: a new or empty folder, or one of an earlier run with the same settings.
        sizes: sides of the square variants, px.
        fit: `"pad"` as the seed (Lanczos, black), or `"crop"` (nothing padded).
        test: share that becomes the test split, 0 to 1; ignored where the source has splits.
        val: share of the rest that becomes the validation split; taken from `train` where the source has
            splits but none for validation.
        seed: of the splits.
        group_by: `"source"` keeps each source in one split.
        quality: JPEG quality of the variants, 1 to 100.
        parquet: write `parquet/<size>/<split>-00000-of-00001.parquet` too.
        workers: processes, by default one per core.
        overwrite: remove an earlier result in `destination` first.
        progress: show a progress bar, on a terminal.
        write_card: is called with the finished folder, and writes its card.

    Raises:
        RealFakeError: wrong settings, nothing to read, or a destination that holds something else.
    """
    _check_sizes(sizes)
    _check_choices(fit, group_by)
    _check_numbers(test, val, quality, workers)
    root = Path(destination).expanduser()
    where = Path(source).expanduser()
    settings = PrepareSettings(
        source=escaped_name(str(where.resolve() if where.exists() else source)),
        fit=fit,
        quality=quality,
        test=test,
        val=val,
        seed=seed,
        group_by=group_by,
    )
    collection = open_collection(source, root)
    if len(collection) == 0:
        raise RealFakeError(f"{source} holds no images: check the path.")
    try:
        with PrepareFolder(root, settings, sizes, overwrite=overwrite) as folder:
            run = PrepareRun(collection, folder, workers or available_cores(), progress, write_card)
            return run.run(parquet=parquet)
    except OSError as error:
        raise RealFakeError(f"{error.filename or root} cannot be written: {error.strerror or error}.") from None


def _check_sizes(sizes: Sequence[int]) -> None:
    low, high = SIZE_RANGE
    for size in sizes:
        if not low <= size <= high:
            raise RealFakeError(f"sizes holds {size}: give whole numbers of pixels from {low} to {high}.")
    if not sizes:
        raise RealFakeError("sizes is empty: give at least one, as in 128,224.")


def _check_choices(fit: str, group_by: str | None) -> None:
    if fit not in FITS:
        raise RealFakeError(f"fit is {fit!r}: give {' or '.join(FITS)}.")
    if group_by not in (None, "source"):
        raise RealFakeError(f"group_by is {group_by!r}: only 'source' is known.")


def _check_numbers(test: float, val: float, quality: int, workers: int | None) -> None:
    for name, share in (("test", test), ("val", val)):
        if not 0 <= share < 1:
            raise RealFakeError(f"{name} is {share}: give a share from 0 to below 1.")
    if not 1 <= quality <= 100:
        raise RealFakeError(f"quality is {quality}: give 1 to 100.")
    if workers is not None and workers < 1:
        raise RealFakeError(f"workers is {workers}: give 1 or more.")
