"""The gallery's verdicts are computed, and README and guide say what came out."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.gallery import Case, JudgedCase, choose, judge_cases
from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError

CHECKOUT = Path(__file__).resolve().parents[1]
DOCS = SimpleNamespace(**runpy.run_path(str(CHECKOUT / ".github" / "docs" / "gallery.py")))


def test_what_was_found_stands_beside_the_truth():
    missed = Case("fake/missed.jpg", "A thing", "generated", "How.", "Why.", "Me", "MIT", "mine")
    warned = Case("fake/warned.jpg", "A thing", "generated", "How.", "Why.", "Me", "MIT", "mine")
    judged = [
        JudgedCase(missed, Verdict(missed.file, "real", 0.05)),
        JudgedCase(warned, Verdict(warned.file, "fake", 0.99, warnings=["upscaled"])),
    ]
    assert "| `fake/missed.jpg` | How. | likely real, 5 %: wrong |" in DOCS.readme_part(judged)
    page = DOCS.guide_page(judged, "some-model")
    assert "Of some-model's answers 1 are right, 0 left open, 1 wrong." in page
    assert "likely fake, 99 %: right<br>upscaled" in page


def test_readme_and_guide_are_those_of_the_embedded_model():
    """Where this fails, the model has changed: `python .github/docs/gallery.py` writes both anew."""
    found = judge_cases(Detector())
    chosen = choose(found)
    command = next(line for line in DOCS.readme_part(chosen).splitlines() if "realfake scan" in line)
    assert command in (CHECKOUT / DOCS.README).read_text(encoding="utf-8")
    assert {one.verdict.label for one in chosen} == {"real", "unsure", "fake"}
    guide = (CHECKOUT / DOCS.GUIDE).read_text(encoding="utf-8")
    for one in found:
        row = next(line for line in guide.splitlines() if f"`{one.case.file}`" in line)
        assert one.verdict.words in row


def test_a_readme_without_a_place_is_left_alone(tmp_path: Path):
    file = tmp_path / "README.md"
    file.write_text("no marks")
    with pytest.raises(RealFakeError, match="has no place for the cases"):
        DOCS.write_into_readme(file, "part")
    assert file.read_text() == "no marks"
