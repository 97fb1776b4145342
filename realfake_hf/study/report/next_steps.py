"""What the figures do not show, and what should be done next; both follow from the facts."""

from __future__ import annotations

from realfake_hf.study.report.criteria import known_and_new
from realfake_hf.study.report.facts import UNFIT, ReportFacts
from realfake_hf.study.report.numbers import differ, listed
from realfake_hf.study.report.sentences import FAR, between_classes, picks


def limits(facts: ReportFacts) -> list[str]:
    """What a reader should not conclude."""
    found = ["Still images only: no video, no sound, and no single retouched spot in an otherwise real photograph."]
    found.append(
        "Intervals say how much another draw of images from the same sources would change, not what other generators "
        "and cameras would."
    )
    unfit = [own.name for own in facts.models if own.unfit]
    if unfit:
        found.append(
            f"{listed(unfit)} {'is' if len(unfit) == 1 else 'are'} marked {listed(list(_unfit_kinds(facts)))}: trained "
            "in full, and from pretrained weights where the recipe names some, the order may be another."
        )
    if facts.split == "val":
        found.append("The headline comes from the validation split, which had a say in the choice of the epoch.")
    if not any("unseen" in own.splits for own in facts.models):
        found.append("Nothing was measured on generators and cameras that training has not seen.")
    if any(own.audit is None for own in facts.models):
        found.append("Training data without an audit may hold shortcuts that inflate every accuracy here.")
    if any(audit.verdict == "fail" for _, audit in facts.audits()):
        found.append("The audit of the data fails, so the accuracies are an upper bound at best.")
    if any(own.cost is None for own in facts.models):
        found.append("What some of the models cost to run was not measured; they cannot be ranked by cost.")
    uncalibrated = [own.name for own in facts.models if not own.calibrated]
    if uncalibrated:
        found.append(
            f"{listed(uncalibrated)} {'was' if len(uncalibrated) == 1 else 'were'} not calibrated: the probabilities "
            "are not to be taken at their word."
        )
    return found


def further_work(facts: ReportFacts) -> list[str]:
    """What would help most, the most urgent first."""
    found = []
    if any(audit.verdict != "pass" for _, audit in facts.audits()):
        found.append("Correct the data as the audit says, and train again: no figure means much before.")
    if any(own.audit is None for own in facts.models):
        found.append("Audit the training data (`realfake audit`).")
    if not facts.ranked:
        found.append("Evaluate the models (`realfake evaluate`).")
    unfit = [own.name for own in facts.models if own.unfit]
    if unfit:
        found.append(f"Train {listed(unfit)} in full, without {listed(list(_unfit_kinds(facts)))}.")
    pairs = [known_and_new(facts, name) for name in facts.ranked]
    if any(pair and pair[0].value - pair[1].value >= FAR and differ(*pair) for pair in pairs):
        found.append(
            "Close the gap to new generators: more generators in training, and fakes aligned with photographs of "
            "one's own (`realfake align`), matter more than a larger network."
        )
    elif not any(pairs):
        found.append("Measure on generators and cameras that training has not seen.")
    for name in picks(facts)[:1]:
        text = between_classes(facts, name) or ""
        if "knows photographs better" in text:
            found.append(f"Find more of the fakes that {name} misses; the sources with the lowest bars come first.")
        elif "finds fakes better" in text:
            found.append(f"Spare photographs: {name} needs more, and more varied, real images.")
    if any(not own.calibrated for own in facts.models):
        found.append("Calibrate (`realfake calibrate`), so that thresholds mean a false-positive rate.")
    if any(own.cost is None for own in facts.models):
        found.append("Measure what every model costs to run.")
    found.append("Repeat the measurement as new generators appear: a detector ages with them.")
    return found


def _unfit_kinds(facts: ReportFacts) -> dict[str, None]:
    return dict.fromkeys(kind for own in facts.models for kind in own.note_kinds if kind in UNFIT)
