"""The criteria of success of the problem statement, and whether the recommended model meets them."""

from __future__ import annotations

from typing import Literal

from realfake_hf.study.report.facts import Criterion, ReportFacts, SplitFacts
from realfake_hf.study.report.numbers import Measured, listed, percent, points, with_interval

ACCURACY = 0.90
"""The first criterion of the capstone that this project grew from."""

FALSE_ALARMS = 0.05
"""As `realfake calibrate --max-fpr` by default."""

LARGEST_LOSS = 0.05
"""Of balanced accuracy, from the file as it is to the hardest tier, and from known to new sources."""

State = Literal["met", "not met", "not measured"]


def judged_model(facts: ReportFacts) -> str | None:
    """The model that the criteria are held against: the accurate one of the recommendation, else the first ranked."""
    return facts.recommendation.accurate or (facts.ranked[0] if facts.ranked else None)


def judge_criteria(facts: ReportFacts) -> list[Criterion]:
    """Every criterion with its outcome; none is left out where nothing was measured."""
    name = judged_model(facts)
    found = facts.headline(name) if name is not None else None
    return [
        _accuracy(facts, name, found),
        _false_alarms(facts, name, found),
        _after_the_web(facts, name, found),
        _new_sources(facts, name),
        _clean_data(facts),
        _same_data(facts),
    ]


def _accuracy(facts: ReportFacts, name: str | None, found: SplitFacts | None) -> Criterion:
    asks = f"More than {percent(ACCURACY)} balanced accuracy on a general set of images, each as it is."
    measured = None if found is None else found.measured("balanced_accuracy")
    if name is None or measured is None:
        return Criterion("Accuracy", asks, ACCURACY, None, "not measured", "No model was compared.")
    says = f"{facts.named(name)} reaches {with_interval(measured)} on {facts.split}."
    if measured.value > ACCURACY >= (measured.low or 0.0):
        says += " The interval reaches below the target, so another draw of images might miss it."
    return Criterion("Accuracy", asks, ACCURACY, measured.value, _state(measured.value > ACCURACY), says)


def _false_alarms(facts: ReportFacts, name: str | None, found: SplitFacts | None) -> Criterion:
    asks = f"At most {percent(FALSE_ALARMS)} of the real photographs get the verdict 'fake'."
    measured = None if found is None else found.false_alarms
    if name is None or found is None or measured is None:
        why = "The predictions were not kept." if found is not None else "No model was compared."
        return Criterion("False alarms", asks, FALSE_ALARMS, None, "not measured", why)
    threshold = "its calibrated threshold" if facts.model(name).calibrated else "the threshold of its config"
    says = f"{facts.named(name)} calls {with_interval(measured)} of the real photographs fake at {threshold}"
    says += f" and finds {with_interval(found.fakes_found)} of the fakes." if found.fakes_found else "."
    met = measured.value <= FALSE_ALARMS
    return Criterion("False alarms", asks, FALSE_ALARMS, measured.value, _state(met), says)


def _after_the_web(facts: ReportFacts, name: str | None, found: SplitFacts | None) -> Criterion:
    asks = f"The web's recompression costs at most {points(LARGEST_LOSS)} of balanced accuracy."
    tiers = [] if found is None else [tier for tier in ("web", "hard") if found.measured("balanced_accuracy", tier)]
    first = None if found is None else found.measured("balanced_accuracy")
    if name is None or found is None or first is None or not tiers:
        return Criterion("After the web", asks, LARGEST_LOSS, None, "not measured", "No harder tier was measured.")
    last = found.measured("balanced_accuracy", tiers[-1])
    assert last is not None
    lost = first.value - last.value
    verb = "loses" if lost >= 0 else "gains"
    says = f"{facts.named(name)} {verb} {points(lost)} from {found.first_tier} to {tiers[-1]} ({percent(last.value)})."
    return Criterion("After the web", asks, LARGEST_LOSS, lost, _state(lost <= LARGEST_LOSS), says)


def _new_sources(facts: ReportFacts, name: str | None) -> Criterion:
    asks = f"Generators and cameras that training has not seen cost at most {points(LARGEST_LOSS)}."
    pair = known_and_new(facts, name)
    if name is None or pair is None:
        why = "That takes evaluations on val and on unseen."
        return Criterion("New generators", asks, LARGEST_LOSS, None, "not measured", why)
    known, new = pair
    lost = known.value - new.value
    says = (
        f"{facts.named(name)} reaches {with_interval(new)} on unseen against {with_interval(known)} on val: "
        f"{points(lost)} {'less' if lost > 0 else 'more'}."
    )
    return Criterion("New generators", asks, LARGEST_LOSS, lost, _state(lost <= LARGEST_LOSS), says)


def known_and_new(facts: ReportFacts, name: str | None) -> tuple[Measured, Measured] | None:
    """Balanced accuracy of a model on `val` and on `unseen`, first tier; None where one was not measured."""
    splits = {} if name is None else facts.model(name).splits
    found = [splits[split].measured("balanced_accuracy") for split in ("val", "unseen") if split in splits]
    known = [own for own in found if own is not None]
    return (known[0], known[1]) if len(known) == 2 else None


def _clean_data(facts: ReportFacts) -> Criterion:
    asks = "The audit finds no shortcut in the training data."
    verdicts = {audit.verdict for _, audit in facts.audits()}
    unaudited = [own.name for own in facts.models if own.audit is None]
    if not verdicts:
        return Criterion("Sound data", asks, None, None, "not measured", "The training data were not audited.")
    if verdicts != {"pass"}:
        worst = "fail" if "fail" in verdicts else "warn"
        return Criterion("Sound data", asks, None, None, "not met", f"The audit's verdict is '{worst}'.")
    if unaudited:
        says = f"The audit passes, but the data of {listed(unaudited)} were not audited."
        return Criterion("Sound data", asks, None, None, "not measured", says)
    return Criterion("Sound data", asks, None, None, "met", "The audit's verdict is 'pass'.")


def _same_data(facts: ReportFacts) -> Criterion:
    asks = "Every candidate learns from the same images and is measured on the same images."
    if len(facts.models) == 1:
        return Criterion("Fair comparison", asks, None, None, "not measured", "There is one candidate only.")
    left_out = list(facts.not_compared)
    reasons = [
        *([] if facts.same_training_data else ["the fingerprints of the training data differ"]),
        *([f"{listed(left_out)} was not measured on the images of the others"] if len(left_out) == 1 else []),
        *([f"{listed(left_out)} were not measured on the images of the others"] if len(left_out) > 1 else []),
    ]
    if reasons:
        return Criterion("Fair comparison", asks, None, None, "not met", f"It is not so: {listed(reasons)}.")
    says = "All training data have the same fingerprint, and all models judged the same images."
    return Criterion("Fair comparison", asks, None, None, "met", says)


def _state(met: bool) -> State:
    return "met" if met else "not met"
