"""Sentences that follow from the facts: who leads, by how much, and whether that could be chance."""

from __future__ import annotations

from realfake_hf.study.report.criteria import LARGEST_LOSS, known_and_new
from realfake_hf.study.report.facts import COST_NAMES, ModelFacts, PairwiseComparison, ReportFacts, SplitFacts
from realfake_hf.study.report.numbers import (
    NBSP,
    count,
    counted,
    differ,
    duration,
    large,
    listed,
    milliseconds,
    of_hundred,
    percent,
    points,
    with_interval,
)
from realfake_hf.study.report.recommendation import CHANCE

FAR = 0.10
"""A difference of accuracy that a reader should not miss."""


def nothing_measured(facts: ReportFacts) -> str:
    """Why no model is compared."""
    return "No model was evaluated" + (" on images of both classes" if any(own.splits for own in facts.models) else "")


def standing(facts: ReportFacts) -> list[str]:
    """Who leads on the headline split, by how much, and with whom the leader is level."""
    if not facts.ranked:
        return [f"{nothing_measured(facts)}, so none can be said to lead."]
    leader = facts.ranked[0]
    reached = f"a balanced accuracy of {with_interval(facts.accuracy(leader))} on {facts.split}"
    if len(facts.ranked) == 1:
        return [f"{facts.named(leader)} reaches {reached}. Nothing else was measured there to compare it with."]
    comparisons = [pairwise for name in facts.ranked[1:] if (pairwise := facts.pairwise(leader, name)) is not None]
    level = [own for own in comparisons if own.outcome == "level"]
    behind = [own for own in comparisons if own.outcome == "ahead"]
    if level:
        names = listed([facts.named(own.second) for own in level])
        first = (
            f"{facts.named(leader)} has the highest figure, {reached}, but {names} "
            f"{'is' if len(level) == 1 else 'are'} level with it: the difference could be chance"
            f"{_by_how_much(level[0]) if len(level) == 1 else ''}."
        )
    else:
        first = f"{facts.named(leader)} leads with {reached}."
    sentences = [first]
    if behind:
        nearest = behind[0]
        others = [facts.named(own.second) for own in behind[1:]]
        further_back = f"; further back {'lies' if len(others) == 1 else 'lie'} {listed(others)}" if others else ""
        sentences.append(
            f"{facts.named(nearest.second)} lies {points(nearest.difference)} behind at "
            f"{percent(facts.accuracy(nearest.second).value)}, which is more than chance explains"
            f"{_interval_of(nearest)}{further_back}."
        )
    return sentences


def _by_how_much(pairwise: PairwiseComparison) -> str:
    if pairwise.low is None or pairwise.high is None:
        return f" ({points(pairwise.difference)}; their intervals overlap)"
    return (
        f" ({points(pairwise.difference)}, with an interval from {100 * pairwise.low:.1f} to {100 * pairwise.high:.1f})"
    )


def _interval_of(pairwise: PairwiseComparison) -> str:
    if pairwise.low is None or pairwise.high is None:
        return " (their intervals do not overlap)"
    return f" (interval of the difference: {100 * pairwise.low:.1f} to {100 * pairwise.high:.1f})"


def against_chance(facts: ReportFacts) -> list[str]:
    """Models that may be guessing."""
    weak = [name for name in facts.ranked if (facts.accuracy(name).low or 0.0) <= CHANCE]
    if not weak:
        if not facts.ranked:
            return []
        return [f"{'It is' if len(facts.ranked) == 1 else 'All are'} better than guessing, by the whole interval."]
    verb = "is" if len(weak) == 1 else "are"
    return [f"{listed([facts.named(name) for name in weak])} {verb} not shown to be better than guessing."]


def in_plain_words(facts: ReportFacts) -> str:
    """What may be done with the best network, for readers who know neither networks nor statistics."""
    name = next(iter(picks(facts)), None)
    found = facts.headline(name) if name else None
    real = found.measured("real_accuracy") if found else None
    fake = found.measured("fake_accuracy") if found else None
    if name is None or real is None or fake is None or facts.recommendation.accurate is None:
        return "None of these networks is shown to tell photographs from generated pictures: use none of them yet."
    alarms, missed = (100 - int(of_hundred(own.value)) for own in (real, fake))
    return (
        f"{facts.named(name)} calls {alarms} of 100 photographs fake, and takes {missed} of 100 generated pictures for "
        "real. With such mistakes it may choose what a person looks at first. It may not decide anything alone."
    )


def between_classes(facts: ReportFacts, name: str) -> str | None:
    """Whether a model is better at one class; None where that was not measured."""
    found = facts.headline(name)
    real = found.measured("real_accuracy") if found else None
    fake = found.measured("fake_accuracy") if found else None
    if real is None or fake is None:
        return None
    who = facts.named(name)
    if not differ(real, fake):
        shares = f"{percent(real.value)} of the photographs are judged right, {percent(fake.value)} of the fakes found"
        return f"{who} is about as good at photographs as at fakes: {shares}."
    if real.value > fake.value:
        return (
            f"{who} knows photographs better than fakes: {percent(real.value)} of the photographs are judged right, "
            f"but {percent(fake.value)} of the fakes found."
        )
    return (
        f"{who} finds fakes better than it spares photographs: {percent(fake.value)} of the fakes are found, but "
        f"{percent(real.value)} of the photographs judged right."
    )


def on_new_sources(facts: ReportFacts, name: str) -> str | None:
    """Whether accuracy falls on sources that training has not seen; None where one of the two was not measured."""
    pair = known_and_new(facts, name)
    if pair is None:
        return None
    known, new = pair
    lost = known.value - new.value
    figures = f"{with_interval(new)} against {with_interval(known)} on val"
    if not differ(known, new) and lost <= LARGEST_LOSS:
        return f"On unseen {facts.named(name)} does about as well as on val ({figures})."
    if not differ(known, new):
        return f"On unseen {facts.named(name)} may do worse than on val: {figures}; chance could explain as much."
    if lost < 0:
        return f"On unseen {facts.named(name)} does better than on val ({figures}), by {points(lost)}."
    how = "far below" if lost >= FAR else "below"
    return f"On unseen {facts.named(name)} lies {how} what it reaches on val: {figures}, {points(lost)} less."


def after_the_web(facts: ReportFacts, name: str) -> str | None:
    """What recompression costs; None where one tier alone was measured."""
    found = facts.headline(name)
    if found is None:
        return None
    tiers = [tier for tier in found.tiers if found.measured("balanced_accuracy", tier)]
    first, last = found.measured("balanced_accuracy"), found.measured("balanced_accuracy", tiers[-1])
    if first is None or last is None or len(tiers) < 2:
        return None
    lost = first.value - last.value
    who = facts.named(name)
    figures = f"{percent(first.value)} {found.first_tier}, {percent(last.value)} {tiers[-1]}"
    if lost > LARGEST_LOSS:
        chance = "" if differ(first, last) else "; chance could explain as much"
        return f"{who} loses {points(lost)} to recompression: {figures}{chance}."
    if lost < 0 and differ(first, last):
        return f"{who} does better after recompression: {figures}."
    return f"{who} holds up after recompression: {figures}."


def weakest_sources(facts: ReportFacts, name: str) -> str | None:
    """The generator that is found least and the camera set that is accused most; None where sources are not known."""
    found = facts.headline(name)
    if found is None:
        return None
    parts = []
    for label_name, words in (("fake", "generator, {}, is found in"), ("real", "set of photographs, {}, is right in")):
        rows = [row for row in found.sources if (row.label, row.tier) == (label_name, found.first_tier) and row.source]
        if len(rows) > 1:
            worst = min(rows, key=lambda row: row.accuracy)
            parts.append(
                f"the hardest {words.format(worst.source)} {percent(worst.accuracy)} of {counted(worst.n, 'image')}"
            )
    return f"For {facts.named(name)}, {'; '.join(parts)}." if parts else None


def at_few_false_alarms(facts: ReportFacts) -> str | None:
    """Who finds the most fakes while 5 % of the reals are called fake; None where that was not measured."""
    found = {name: measured for name, own in facts.headlines().items() if (measured := own.measured("tpr_at_fpr_5"))}
    if not found:
        return None
    best = max(found, key=lambda name: found[name].value)
    text = (
        f"While at most 5{NBSP}% of the photographs are called fake, {facts.named(best)} finds "
        f"{with_interval(found[best])} of the fakes"
    )
    level = [
        facts.named(name)
        for name in found
        if name != best
        and (pairwise := facts.pairwise(best, name, "tpr_at_fpr_5")) is not None
        and pairwise.outcome == "level"
    ]
    if level:
        text += f"; {listed(level)} {'is' if len(level) == 1 else 'are'} level with it"
    elif len(found) > 1:
        text += ", the most of all"
    return f"{text}."


def learning(facts: ReportFacts, own: ModelFacts) -> str:
    """How far training came, and whether the model knows its training images better than others."""
    best = own.best
    gap = best.train_accuracy - best.val_accuracy
    text = (
        f"{facts.named(own.name)} trained for {counted(own.epochs, 'epoch')} in {duration(own.training_seconds)}; "
        f"after epoch {own.best_epoch}, whose weights were kept, it is right on {percent(best.train_accuracy)} of the "
        f"training images and on {percent(best.val_accuracy)} of the held-out ones"
    )
    if gap >= FAR:
        return f"{text}: it has begun to learn its training images by heart."
    return f"{text}."


def cost_words(own: ModelFacts) -> str:
    """What a model costs to run, as far as that was measured."""
    if own.cost is None:
        return f"{duration(own.training_seconds)} of training; what it costs to run was not measured"
    words = [f"{large(own.cost.parameters)} parameters", f"{large(own.macs_per_image or 0)} multiply-adds an image"]
    if own.cost.milliseconds is not None:
        words.append(f"{milliseconds(own.cost.milliseconds)} an image")
    return listed(words)


def cost_value(own: ModelFacts, measure: str) -> str:
    """One measure of cost, with its unit."""
    value = own.cost_by(measure)
    if value is None:
        return "not measured"
    if measure == "training_seconds":
        return duration(value)
    return milliseconds(value) if measure == "milliseconds" else large(value)


def on_the_front(facts: ReportFacts) -> str | None:
    """Which models nothing beats in both accuracy and cost."""
    front = facts.recommendation.front
    if not front:
        return None
    measure = COST_NAMES[facts.recommendation.cost_measure]
    names = listed([facts.named(name) for name in front])
    if len(front) == 1:
        return f"{names} alone is on the Pareto front: nothing else considered is as accurate or cheaper ({measure})."
    return f"On the Pareto front of accuracy and {measure}, from the cheapest on, are {names}."


def recommendation_sentences(facts: ReportFacts) -> list[tuple[str, str]]:
    """The two models, and the one for few false alarms, each with its reason.

    Returns:
        (constraint, sentence) pairs; one that says why there is none where no model is viable.
    """
    rule = facts.recommendation
    if not facts.ranked:
        return [("No recommendation.", f"{nothing_measured(facts)}.")]
    if rule.accurate is None:
        return [("No recommendation.", "No model considered is shown to be better than guessing on these images.")]
    found = [("Accuracy first:", _accurate_reason(facts)), ("Cost first:", _cheap_reason(facts))]
    if rule.careful is not None:
        own = facts.headline(rule.careful)
        measured = own.measured("tpr_at_fpr_5") if own else None
        found.append(
            (
                "Few false alarms first:",
                f"{facts.named(rule.careful)}, which finds {with_interval(measured)} of the fakes while at most "
                f"5{NBSP}% of the photographs are called fake"
                + (", the cheapest of those that cannot be told apart there." if _ties(facts) else "."),
            )
        )
    return found


def _ties(facts: ReportFacts) -> bool:
    careful = facts.recommendation.careful
    comparisons = [facts.pairwise(str(careful), name, "tpr_at_fpr_5") for name in facts.ranked if name != careful]
    return any(
        own is not None and own.outcome == "level" and own.second not in facts.recommendation.set_aside
        for own in comparisons
    )


def _accurate_reason(facts: ReportFacts) -> str:
    rule = facts.recommendation
    name = str(rule.accurate)
    reached = with_interval(facts.accuracy(name))
    cost = cost_value(facts.model(name), rule.cost_measure)
    measure = COST_NAMES[rule.cost_measure]
    if name == rule.leader:
        costlier = [other for other in rule.level_with_leader if other in rule.front]
        tail = f"; {listed([facts.named(o) for o in costlier])} cannot be told from it" if costlier else ""
        what = "the most accurate considered" if len(facts.ranked) > 1 else "the only model measured"
        return f"{facts.named(name)}, {what}, at {reached}{tail}; {measure}: {cost}."
    leader = str(rule.leader)
    return (
        f"{facts.named(name)} at {reached}: it cannot be told from {facts.named(leader)} "
        f"({percent(facts.accuracy(leader).value)}) and costs less; {measure}: {cost} against "
        f"{cost_value(facts.model(leader), rule.cost_measure)}."
    )


def _cheap_reason(facts: ReportFacts) -> str:
    rule = facts.recommendation
    accurate = str(rule.accurate)
    measure = COST_NAMES[rule.cost_measure]
    if rule.cheap is None:
        return f"{facts.named(accurate)} again: nothing viable costs half as much or less ({measure})."
    lost = facts.accuracy(accurate).value - facts.accuracy(rule.cheap).value
    cheap_cost, cost = (cost_value(facts.model(name), rule.cost_measure) for name in (rule.cheap, accurate))
    return (
        f"{facts.named(rule.cheap)} at {with_interval(facts.accuracy(rule.cheap))}: {points(lost)} less than "
        f"{facts.named(accurate)}, for {cheap_cost} against {cost} ({measure})."
    )


def reserve(facts: ReportFacts) -> str | None:
    """Why a recommendation is not to be followed as it stands; None where nothing speaks against it."""
    if facts.recommendation.accurate is None:
        return None
    if facts.recommendation.provisional:
        return "Provisional: every run considered is marked"
    if any(audit.verdict == "fail" for _, audit in facts.audits()):
        return "With reserve: the audit of the data fails"
    return None


def picks(facts: ReportFacts) -> list[str]:
    """The recommended models, without repetition; where there are none, the first ranked."""
    rule = facts.recommendation
    chosen = [name for name in (rule.accurate, rule.cheap) if name is not None]
    return list(dict.fromkeys(chosen)) or facts.ranked[:1]


def warnings(facts: ReportFacts) -> list[str]:
    """What a reader must not miss, before anything else."""
    found = []
    common = facts.common_notes
    if common:
        found.append(f"All figures here come from runs marked: {', '.join(common)}. They show the way, not the goal.")
    elif facts.recommendation.provisional:
        found.append("Every run here is marked (see the tables): the figures show the way, not the goal.")
    if facts.recommendation.provisional and facts.recommendation.accurate:
        found.append("For the same reason the recommendation is provisional: it only shows what the rule would say.")
    failed = [audit for _, audit in facts.audits() if audit.verdict == "fail"]
    if failed:
        found.append("The audit of the training data fails: accuracies may measure a shortcut instead of fakes.")
    if not facts.same_training_data:
        found.append("The models were not trained on the same images; differences may come from the data.")
    return found


def images_of(found: SplitFacts) -> str:
    """The size of what a model was measured on."""
    return f"{count(found.n_real)} real and {count(found.n_fake)} fake images"
