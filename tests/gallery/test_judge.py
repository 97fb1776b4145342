"""The gallery's verdicts are computed, and README and guide say what came out."""

from __future__ import annotations

from pathlib import Path

import pytest

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError
from realfake_hf.gallery.cases import Case, read_cases
from realfake_hf.gallery.judge import (
    CHECKOUT,
    GUIDE,
    README,
    JudgedCase,
    choose,
    guide_page,
    judge_cases,
    readme_part,
    write_into_readme,
)


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


def test_what_was_found_stands_beside_the_truth():
    assert "| `fake/missed.jpg` | How. | likely real, 5 %: wrong |" in readme_part(choose(ALL))
    page = guide_page(ALL, "some-model")
    assert "Of some-model's answers 5 are right, 2 left open, 1 wrong." in page
    assert "likely fake, 99 %: right<br>upscaled" in page


def test_readme_and_guide_are_those_of_the_embedded_model():
    """Where this fails, the model has changed: `python -m realfake_hf.gallery.judge` writes both anew."""
    found = judge_cases(Detector())
    chosen = choose(found)
    command = next(line for line in readme_part(chosen).splitlines() if "realfake scan" in line)
    assert command in (CHECKOUT / README).read_text(encoding="utf-8")
    assert {one.verdict.label for one in chosen} == {"real", "unsure", "fake"}
    guide = (CHECKOUT / GUIDE).read_text(encoding="utf-8")
    for one in found:
        row = next(line for line in guide.splitlines() if f"`{one.case.file}`" in line)
        assert one.verdict.words in row


def test_a_readme_without_a_place_is_left_alone(tmp_path: Path):
    file = tmp_path / "README.md"
    file.write_text("no marks")
    with pytest.raises(RealFakeError, match="has no place for the cases"):
        write_into_readme(file, "part")
    assert file.read_text() == "no marks"


def test_the_gallery_has_every_kind_of_case():
    assert {case.kind for case in read_cases()} == {
        "photograph", "generated", "reconstructed", "drawn", "changed", "declared", "empty"
    }  # fmt: skip
