"""Labelled images in the shards of a WebDataset: tars in which files of one name are one sample.

`x.jpg` with `x.cls` (a label) or `x.json` (with `label` and, where known, `source`).
"""

from __future__ import annotations

import json
import logging
import posixpath
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_folders import begins_like_an_image, is_image_name
from realfake_hf.images.stored_image import StoredImage
from realfake_hf.images.tar_members import tar_members
from realfake_hf.models.labels import LABEL_NAMES
from realfake_hf.storage.working import working

if TYPE_CHECKING:
    from datasets import Dataset

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 32
"""Samples held in memory before they go to the disk: photographs as cameras write them are megabytes each."""

Shard = tuple[str, int, int]
"""Path, bytes and time of change of a tar: what decides whether it must be read again."""


class LabelledRow(TypedDict):
    """One sample: `label` as the shards have it, 0 and 1 as `real` and `fake`; `source` empty where unknown."""

    image: StoredImage
    label: str
    source: str


def load_shards(files: list[Path]) -> Dataset:
    """Read tars once into `datasets`' cache, a copy on disk; the result is memory-mapped from there.

    Args:
        files: the shards of one split.

    Returns:
        The columns of `LabelledRow`.

    Raises:
        datasets.exceptions.DatasetGenerationError: from what is wrong with a shard.
    """
    from datasets import Dataset, Features, Image, Value

    shards: list[Shard] = []
    for file in files:
        status = file.stat()
        shards.append((str(file.absolute()), status.st_size, status.st_mtime_ns))
    features = Features(image=Image(decode=False), label=Value("string"), source=Value("string"))
    loaded = Dataset.from_generator(
        labelled_images, features=features, gen_kwargs={"shards": shards}, writer_batch_size=ROWS_AT_ONCE
    )
    assert isinstance(loaded, Dataset)
    return loaded


def labelled_images(shards: list[Shard]) -> Iterator[LabelledRow]:
    """Yield one row per sample with an image; samples without one are counted and named in a warning.

    Raises:
        RealFakeError: a damaged tar, an image without a label, or no image at all.
    """
    is_empty = True
    with working("Reading the shards", total=sum(size for _, size, _ in shards)) as step:
        for path, size, _ in shards:
            passed_over = 0
            read = 0
            with Path(path).open("rb") as stream:
                for key, members in groupby(_members(stream, path), key=lambda member: _sample_key(member[0])):
                    row = _row(dict(members), f"{path}/{key}")
                    if row is None:
                        passed_over += 1
                    else:
                        is_empty = False
                        yield row
                    step.advance(stream.tell() - read)
                    read = stream.tell()
            step.advance(size - read)
            if passed_over:
                logger.warning("%s has %d samples without an image: they are passed over.", path, passed_over)
    if is_empty:
        raise RealFakeError(f"{shards[0][0]} holds no images: check the path.")


def _members(stream: Any, path: str) -> Iterator[tuple[str, bytes | None]]:
    import tarfile

    try:
        yield from tar_members(stream)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise RealFakeError(f"{path} cannot be read to its end ({error}): copy it again.") from None


def _sample_key(name: str) -> str:
    """What the files of a sample share: folder and name up to its first dot."""
    folder, base = posixpath.split(name)
    return posixpath.join(folder, base.partition(".")[0])


def _row(members: dict[str, bytes | None], where: str) -> LabelledRow | None:
    """A row of the files of one sample; None where none is an image."""
    image: StoredImage | None = None
    label: object = None
    facts: dict[str, object] = {}
    for name, content in members.items():
        suffix = name.rpartition(".")[2].lower()
        if content is None:
            continue
        if suffix == "cls":
            label = content.decode("utf-8", "replace").strip()
        elif suffix == "json":
            facts = _facts(content, where)
        elif image is None and (is_image_name(posixpath.basename(name)) or begins_like_an_image(content[:64])):
            image = {"bytes": content, "path": name}
    if image is None:
        return None
    label = facts.get("label") if label is None else label
    if label is None:
        raise RealFakeError(f"{where} has no label: put a .cls (0 real, 1 fake) or a .json with a label beside it.")
    names = {str(number): name for number, name in enumerate(LABEL_NAMES)}
    source = facts.get("source")
    return {"image": image, "label": names.get(str(label), str(label)), "source": "" if source is None else str(source)}


def _facts(content: bytes, where: str) -> dict[str, object]:
    try:
        facts = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RealFakeError(f"{where}.json is no JSON: {error}.") from None
    return facts if isinstance(facts, dict) else {}
