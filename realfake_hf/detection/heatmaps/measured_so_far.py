"""What an interrupted measurement of heatmaps has measured already, so that it goes on instead of starting over."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import datasets
import msgspec

from realfake_hf.data.fingerprint import images_fingerprint
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.predictor import Predictor
from realfake_hf.records.json_record import json_line
from realfake_hf.storage.files import read_json, write_json
from realfake_hf.storage.journal import Journal

FOLDER = "explain-parts"
FORMAT = 1
"""To be raised when the numbers of an image mean something else."""

Values = Sequence[float]


class MeasuredSoFar:
    """The numbers of each image or pair, kept in the output folder until the result is written.

    Args:
        output: the folder of the result.
        predictor, dataset, seed: what is measured; the numbers of another model, of other data or of another seed
            are never taken.
        overwrite: drop those of another model, other data or another seed.

    Attributes:
        is_new: nothing was there before.

    Raises:
        RealFakeError: the folder holds such numbers, and `overwrite` was not asked for.
    """

    def __init__(
        self, output: Path, predictor: Predictor, dataset: datasets.Dataset, seed: int, *, overwrite: bool = False
    ) -> None:
        self._folder = output / FOLDER
        data = images_fingerprint(dataset)
        described = {"format": FORMAT, "model": predictor.fingerprint(), "data": data, "seed": seed}
        settings = self._folder / "settings.json"
        if settings.exists() and _read(settings) != described:
            if not overwrite:
                raise RealFakeError(
                    f"{output} holds an interrupted measurement of another model, data set or seed: name another "
                    "`output`, or drop it with `overwrite`."
                )
            shutil.rmtree(self._folder)
        self.is_new = not settings.exists()
        write_json(settings, described)
        self._journal: Journal[Values] = Journal(
            self._folder / "journal", json_line, msgspec.json.Decoder(list[float]).decode
        )

    def numbers(self, kind: int, index: int, measure: Callable[[], Values]) -> Values:
        """The numbers of an image, from the interrupted run or measured now.

        Args:
            kind: of measurement, 0..15.
            index: of the image or pair among those of its kind.
            measure: gives them where they are not known.
        """
        key = kind << 60 | index
        try:
            return self._journal.read(key)
        except KeyError:
            found = measure()
            self._journal.append(f"{key:016x}", found)
            return found

    def close(self) -> None:
        """Let go of the files; what was measured stays for the next run."""
        self._journal.close()

    def remove(self) -> None:
        """Forget everything: the result is written."""
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _read(settings: Path) -> object:
    try:
        return read_json(settings)
    except (OSError, ValueError):
        return None
