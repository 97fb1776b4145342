"""A few images of the gallery as the recommended network judges them: what figures cannot show, pictures do."""

from __future__ import annotations

from pathlib import Path

from realfake_hf.detection.gallery import JudgedCase, choose, judge_cases
from realfake_hf.errors import RealFakeError
from realfake_hf.study.report.facts import ReportFacts
from realfake_hf.study.report.sentences import picks


def chosen_cases(facts: ReportFacts) -> list[JudgedCase]:
    """As `choose` says; none where no network is compared, or its weights are not there any more."""
    if not facts.ranked:
        return []
    from realfake_hf.detection.detector import Detector

    try:
        return choose(judge_cases(Detector(Path(facts.model(picks(facts)[0]).run) / "model")))
    except RealFakeError:
        return []
