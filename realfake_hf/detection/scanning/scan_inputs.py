"""From what a user names (files, folders, globs, standard input) to the images to judge."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_folders import find_image_names, passed_over_sentence
from realfake_hf.images.image_paths import ImagePaths
from realfake_hf.storage.working import working

STANDARD_INPUT = "-"


@dataclass(frozen=True)
class ScanInputs:
    """What there is to judge.

    Attributes:
        images: each once, in the order given; some may turn out to be unreadable.
        failures: a verdict without a label for each given path that names no image at all.
        passed_over: files in folders that are no images, by suffix.
    """

    images: ImagePaths = field(default_factory=ImagePaths)
    failures: list[Verdict] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


@working("Looking for images")
def find_inputs(given: Iterable[str], stdin: BinaryIO | None = None) -> ScanInputs:
    """Find the images that the given files, folders and globs mean.

    Args:
        given: as the user wrote them; `-` stands for the paths on `stdin`.
        stdin: paths, one a line, or each ended by a zero byte (`find -print0`).

    Raises:
        RealFakeError: no given path leads to an image.
    """
    images: dict[str, None] = {}
    failures: list[Verdict] = []
    passed_over: Counter[str] = Counter()
    for path in _with_standard_input(given, stdin):
        try:
            found = find_image_names(path, passed_over)
        except (OSError, ValueError) as error:  # a name too long for the system, a folder that may not be read
            reason = (getattr(error, "strerror", None) or str(error)).rstrip(".")
            found, failure = [], f"{path} cannot be searched: {reason}."
        else:
            failure = _why_nothing(path, found)
        if failure:
            failures.append(Verdict(path=path, error=failure))
        else:
            images.update(dict.fromkeys(found))
    if not images:
        sentence = passed_over_sentence(passed_over)
        raise RealFakeError(_nothing_to_scan(failures) + (f" {sentence}" if sentence else ""))
    return ScanInputs(ImagePaths(images), failures, passed_over)


def _with_standard_input(given: Iterable[str], stdin: BinaryIO | None) -> Iterable[str]:
    for path in given:
        if path == STANDARD_INPUT and stdin is not None:
            content = stdin.read()
            separator = b"\0" if b"\0" in content else b"\n"
            yield from (os.fsdecode(line) for raw in content.split(separator) if (line := raw.rstrip(b"\r\n")))
        elif not path:  # `Path("")` would be this folder, and a variable of a script that is not set means none
            raise RealFakeError("An empty path is given: name a file or a folder, or . for this folder.")
        else:
            yield path


def _why_nothing(path: str, found: list[str]) -> str:
    """Why a given path leads to no image at all, or "" if it does."""
    named = Path(path).expanduser()
    if not found:
        return f"{path} holds no images: check the path."
    if found == [str(named)] and not os.path.lexists(named):
        if glob.has_magic(path):
            return f"{path} matches no file: check the pattern."
        return f"{path} does not exist: check the path."
    return ""


def _nothing_to_scan(failures: list[Verdict]) -> str:
    if not failures:
        return "Standard input names no paths: give one a line."
    first = failures[0].error or ""
    return first if len(failures) == 1 else f"None of the {len(failures)} paths leads to an image; the first: {first}"
