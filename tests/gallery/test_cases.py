"""What ships in the gallery may be shipped, is small, and is listed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from realfake_hf.gallery.cases import GALLERY_FOLDER, find_case, read_cases
from realfake_hf.images.image_files import open_image
from realfake_hf.images.image_folders import find_images

LICENCES = {"public domain", "CC0-1.0", "CC-BY-4.0", "MIT"}


def test_every_image_is_listed_and_every_listed_image_is_there():
    assert sorted(case.path for case in read_cases()) == sorted(find_images(GALLERY_FOLDER))


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.file)
def test_a_case_is_small_and_says_what_it_is(case):
    assert case.truth in ("real", "fake")
    assert case.licence in LICENCES
    assert all((case.title, case.how, case.why, case.author, case.origin))
    assert not any(word in case.title.lower() for word in ("real", "fake", "generated", "photo"))
    assert case.path.stat().st_size <= 62_000
    assert max(open_image(case.path).size) <= 640


def test_all_together_are_below_a_megabyte_and_a_half():
    assert sum(case.path.stat().st_size for case in read_cases()) < 1_500_000


def test_a_copy_is_found_by_name_and_bytes(tmp_path: Path):
    case = read_cases()[0]
    copy = Path(shutil.copy(case.path, tmp_path))
    assert find_case(copy) == case
    copy.write_bytes(copy.read_bytes() + b"0")
    assert find_case(copy) is None
