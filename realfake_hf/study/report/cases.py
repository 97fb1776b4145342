"""A few images of the gallery with a network's answers: what figures cannot show, pictures do."""

from __future__ import annotations

from pathlib import Path

from realfake_hf.detection.gallery import JudgedCase, choose, judge_cases
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import DEFAULT_MODEL
from realfake_hf.study.report.facts import ReportFacts, ShownCase, ShownCases
from realfake_hf.study.report.sentences import picks


def chosen_cases(facts: ReportFacts) -> ShownCases | None:
    """As `choose` says: by the recommended network, else by the embedded one, which is then named.

    A report that is written anew keeps the cases that it has where the network's weights are not there any more. None
    where no network is compared.
    """
    if not facts.ranked:
        return None
    name = picks(facts)[0]
    judged = _judged(str(Path(facts.model(name).run) / "model"))
    if judged is None and facts.cases is not None:
        return facts.cases
    by_candidate = judged is not None
    if judged is None:
        judged = _judged(DEFAULT_MODEL)
    if not judged:
        return None
    shown = [ShownCase(own.case.file, own.case.title, own.case.truth, own.answer, own.outcome) for own in judged]
    return ShownCases(name if by_candidate else None, shown)


def _judged(model: str) -> list[JudgedCase] | None:
    """By a model; None where it cannot be loaded."""
    from realfake_hf.detection.detector import Detector

    try:
        return choose(judge_cases(Detector(model)))
    except RealFakeError:
        return None
