"""A detector made of settings is the one that they say, known before it is loaded."""

from __future__ import annotations

from pathlib import Path

from realfake_hf.detection.detector_settings import DetectorSettings


def test_detector_has_the_identity_that_was_known_before(tiny_model: Path) -> None:
    settings = DetectorSettings(str(tiny_model), batch_size=4, num_crops=3, runtime="torch", stability="auto")
    detector = settings.detector(workers=2)
    assert detector.identity == settings.identity
    assert (detector.batch_size, detector.workers) == (4, 2)
