"""From folders, files and URLs to units of work."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path, PurePosixPath

from realfake_hf.detection.scanning.unit import Unit, image_column
from realfake_hf.errors import RealFakeError, first_line
from realfake_hf.images.image_folders import find_images, is_image_name
from realfake_hf.storage.remote_file import is_url
from realfake_hf.storage.working import working

FILES_A_UNIT = 512
"""Image files judged as one unit: minutes on a core, so that little is lost with a machine."""
STATE_KEYS = ("ETag", "etag", "md5Hash", "last_modified", "LastModified", "updated", "mtime", "created", "oid")


@working("Looking for images")
def plan_units(
    inputs: Iterable[str], files_a_unit: int = FILES_A_UNIT, leave_out: Callable[[str], bool] = lambda name: False
) -> list[Unit]:
    """The units of some inputs, always the same for the same files in the same state.

    Args:
        inputs: image, parquet and tar files and folders of them, paths, globs or URLs that fsspec takes.
        files_a_unit: at most so many image files of one folder are one unit.
        leave_out: files, by path or URL, that are nothing to judge.

    Raises:
        RealFakeError: an input that cannot be listed, a parquet file without images, or nothing to judge.
    """
    inputs = list(inputs)
    units: list[Unit] = []
    images: dict[str, str] = {}
    for given in inputs:
        for name, state in _remote_files(given) if is_url(given) else _local_files(given):
            suffix = PurePosixPath(name).suffix.lower()
            if leave_out(name):
                continue
            if suffix == ".parquet":
                units += _row_groups(name, state)
            elif suffix == ".tar":
                units.append(Unit("tar", (name,), (state,)))
            else:
                images[name] = state
    for _, group in groupby(sorted(images), key=lambda name: name.rpartition("/")[0]):
        names = list(group)
        for start in range(0, len(names), files_a_unit):
            chunk = tuple(names[start : start + files_a_unit])
            units.append(Unit("files", chunk, tuple(images[name] for name in chunk)))
    if not units:
        raise RealFakeError(f"{', '.join(inputs)} hold no images, parquet files or tars: check the paths.")
    return list(dict.fromkeys(units))


def _local_files(given: str) -> Iterator[tuple[str, str]]:
    path = Path(given).expanduser()
    shards: list[Path] = []
    if path.is_dir():
        shards = [file for suffix in ("parquet", "tar") for file in sorted(path.rglob(f"*.{suffix}"))]
    elif path.suffix.lower() in (".parquet", ".tar"):
        shards = [path]
    for file in shards:
        yield str(file), _state_of(file)
    if shards == [path]:
        return
    for image in find_images(given):
        yield str(image), _state_of(image)


def _state_of(path: Path) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116 (once per image)
    except OSError:  # whoever opens it says so
        return ""
    return f"{status.st_size} {status.st_mtime_ns}"


def _remote_files(url: str) -> Iterator[tuple[str, str]]:
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(url)
        found: dict[str, dict[str, object]] = system.find(path, detail=True)
        if not found and system.exists(path):
            found = {path: system.info(path)}
    except Exception as error:  # every store has errors of its own
        raise RealFakeError(f"{url} cannot be listed: {first_line(error)}.") from error
    for name, facts in sorted(found.items()):
        base = name.rpartition("/")[2]
        if is_image_name(base) or base.lower().endswith((".parquet", ".tar")):
            state = next((str(facts[key]) for key in STATE_KEYS if facts.get(key)), "")
            yield system.unstrip_protocol(name), f"{facts.get('size')} {state}"


def _row_groups(name: str, state: str) -> list[Unit]:
    import fsspec
    import pyarrow.parquet as pq

    try:
        with fsspec.open(name, "rb") as stream:
            file = pq.ParquetFile(stream)
            image_column(file.schema_arrow, name)
            count = file.metadata.num_row_groups
    except RealFakeError:
        raise
    except Exception as error:
        raise RealFakeError(f"{name} cannot be read as parquet: {first_line(error)}.") from error
    return [Unit("parquet", (name,), (state,), number) for number in range(count)]
