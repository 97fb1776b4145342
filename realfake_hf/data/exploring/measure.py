"""Look at every image of a data set once: facts into image_facts.parquet, pixels of a sample to whoever needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image

from realfake_hf.data.exploring.facts import ImageFacts, facts_schema, fill_facts
from realfake_hf.data.exploring.image_tasks import ImageTask, image_tasks
from realfake_hf.images.look import crash, look_at
from realfake_hf.images.regular_file import require_folder_of
from realfake_hf.records.manifest import table_writer
from realfake_hf.storage.machine import available_cores
from realfake_hf.storage.processes import map_unordered

if TYPE_CHECKING:
    from datasets import DatasetDict

Extract = TypeVar("Extract")


@dataclass(frozen=True, slots=True)
class Measured(Generic[Extract]):
    """What one image gave; `extract` only where it was sampled and could be read."""

    facts: ImageFacts
    extract: Extract | None


@dataclass(frozen=True, slots=True)
class Measurer(Generic[Extract]):
    """Callable that runs in the workers; `extract` takes the decoded RGB image of a sampled one."""

    extract: Callable[[Image.Image], Extract]

    def __call__(self, task: ImageTask) -> Measured[Extract]:
        """Read and decode once; what is wrong with an image goes into its facts.

        Raises:
            RealFakeError: its folder was removed meanwhile.
        """
        facts = task.facts
        name = task.file or f"{facts.split} row {facts.row}" + (f" ({facts.path})" if facts.path else "")

        def measure(header: Image.Image, image: Image.Image) -> Extract | None:
            extract = self.extract(image) if task.sampled else None
            fill_facts(facts, header, image)
            return extract

        look = look_at(name, task.file, task.content, measure)
        facts.error = look.error
        if look.error is None:
            look.facts.copy_to(facts)
        elif task.file is not None:
            require_folder_of(task.file)
        return Measured(facts, look.result)


def measure_images(
    dataset: DatasetDict,
    sampled: npt.NDArray[np.bool_],
    extract: Callable[[Image.Image], Extract],
    table: Path,
    *,
    workers: int | None,
    progress: bool,
) -> Iterator[Measured[Extract]]:
    """Yield every image's facts as they come, and write them all to `table`, which appears when the last is done.

    Memory does not grow with the data set.

    Args:
        dataset: as `load_data` gives it.
        sampled: (N,), whose `extract` is wanted.
        extract: picklable; what to take from the pixels of a sampled image.
        table: image_facts.parquet.
        workers: processes; by default one a core.
        progress: show a bar, on a terminal.
    """
    from tqdm import tqdm

    tasks = image_tasks(dataset, sampled)
    done: Iterator[Measured[Extract]] = map_unordered(
        Measurer(extract), tasks, workers=workers or available_cores(), crashed=_crashed
    )
    bar = tqdm(done, total=len(sampled), unit="image", desc="Looking", disable=None if progress else True)
    with table_writer(table, facts_schema()) as writer, bar:
        for measured in bar:
            writer.write(*measured.facts.values())
            yield measured


def _crashed(task: ImageTask) -> Measured[Extract]:
    task.facts.error = crash(task.file or task.facts.path)
    return Measured(task.facts, None)
