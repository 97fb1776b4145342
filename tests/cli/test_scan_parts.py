"""What is asked of the engine ray, and what is said of its scan; the engine itself: `scanning/test_parts.py`."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from realfake_hf.cli.scan_parts import exit_code, scan_in_parts
from realfake_hf.detection.detector_settings import DetectorSettings
from realfake_hf.detection.scanning import ray_scan
from realfake_hf.detection.scanning.ray_scan import PartsSummary
from realfake_hf.errors import RealFakeError

SETTINGS = DetectorSettings("m")


def scan(**options: Any) -> PartsSummary:
    asked = {"output": "out", "unsupported": {}, "quiet": False, "as_json": False, **options}
    return scan_in_parts(("photos",), settings=SETTINGS, **asked)


@pytest.fixture(autouse=True)
def judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every scan finds the same."""
    summary = PartsSummary(Counter({"fake": 2, "real": 3, "": 1, "unsure": 0}), 4, 1, ["a.jpg is empty."])
    monkeypatch.setattr(ray_scan, "scan_with_ray", lambda paths, **options: summary)


def test_counts_are_said_and_so_is_what_could_not_be_judged(capsys: pytest.CaptureFixture[str]) -> None:
    scan()
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "a.jpg is empty.",
        "6 images: 1 not judged, 2 fake, 3 real; 4 parts (1 of them earlier) in out.",
    ]


def test_options_that_need_all_verdicts_in_one_place_are_refused() -> None:
    with pytest.raises(RealFakeError, match="The engine ray knows no `report`"):
        scan(unsupported={"heatmaps": None, "report": "page.html"})
    with pytest.raises(RealFakeError, match="name their folder with `output`"):
        scan(output=None)


@pytest.mark.parametrize(
    ("labels", "fail_on", "code"),
    [
        ({"real": 1}, "unsure", 0),
        ({"real": 1, "": 1}, None, 1),
        ({"fake": 1, "": 1}, "fake", 3),
        ({"unsure": 1}, "fake", 0),
        ({"unsure": 1}, "unsure", 3),
    ],
)
def test_exit_codes_are_those_of_scan(labels: dict[str, int], fail_on: str | None, code: int) -> None:
    assert exit_code(PartsSummary(Counter(labels)), fail_on) == code
