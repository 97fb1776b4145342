"""What ships in the gallery may be shipped, is small, and is listed; its clearest cases are chosen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from realfake_hf.detection.gallery import GALLERY_FOLDER, Case, JudgedCase, choose, find_case, read_cases
from realfake_hf.detection.verdict import Verdict
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


def test_the_gallery_has_every_kind_of_case():
    assert {case.kind for case in read_cases()} == {
        "photograph", "generated", "reconstructed", "drawn", "changed", "declared", "empty"
    }  # fmt: skip


def judged(file: str, label: str, p_fake: float, kind: str = "photograph", warnings: tuple[str, ...] = ()):
    case = Case(file, "A thing", kind, "How.", "Why.", "Me", "MIT", "mine")
    return JudgedCase(case, Verdict(file, label, p_fake, warnings=list(warnings)))


ALL = [
    judged("real/near.jpg", "real", 0.2),
    judged("real/clear.jpg", "real", 0.1),
    judged("real/made.jpg", "real", 0.01, kind="changed"),
    judged("real/open.jpg", "unsure", 0.48),
    judged("real/leaning.jpg", "unsure", 0.3),
    judged("fake/found.jpg", "fake", 0.9, kind="generated"),
    judged("fake/warned.jpg", "fake", 0.99, kind="generated", warnings=("upscaled",)),
    judged("fake/missed.jpg", "real", 0.05, kind="generated"),
]


def test_the_clearest_of_every_answer_is_chosen_and_one_error():
    files = [one.case.file for one in choose(ALL)]
    assert files == ["real/clear.jpg", "fake/found.jpg", "real/open.jpg", "fake/missed.jpg"]


def test_a_model_without_errors_shows_another_open_one():
    assert [one.case.file for one in choose(ALL[:-1])][-1] == "real/leaning.jpg"
