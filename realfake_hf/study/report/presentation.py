"""The presentation, for people who do not train networks: few words, large figures, the rest in the notes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from realfake_hf.study.report.criteria import LARGEST_LOSS, known_and_new
from realfake_hf.study.report.document import Item, Table
from realfake_hf.study.report.drawings import Planned
from realfake_hf.study.report.facts import COST_NAMES, ModelFacts, ReportFacts
from realfake_hf.study.report.model_labels import signs
from realfake_hf.study.report.next_steps import further_work, limits
from realfake_hf.study.report.numbers import MISSING, count, differ, large, listed, milliseconds, percent
from realfake_hf.study.report.sentences import (
    after_the_web,
    against_chance,
    between_classes,
    cost_value,
    images_of,
    nothing_measured,
    on_new_sources,
    on_the_front,
    picks,
    recommendation_sentences,
    reserve,
    standing,
    warnings,
    weakest_sources,
)
from realfake_hf.study.report.slides import Slide
from realfake_hf.study.report.tables import marked_notes

POINTS_SHOWN = 4
AS_TRIAGE = "As triage, not as judge"
TIER_CARDS = {
    "clean": "the file as it is",
    "web": "shrunk and compressed, as web sites do",
    "hard": "shrunk and compressed harder still",
}


def presentation(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    """10 to 14 slides."""
    parts: list[Callable[[ReportFacts, dict[str, Planned]], list[Slide]]] = [
        _opening, _decision, _stories, _data, _candidates, _method, _results, _hundred, _new_sources, _web, _cost,
        _outcome, _limits,
    ]  # fmt: skip
    return list(chain.from_iterable(part(facts, plan) for part in parts))


def _opening(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    n = len(facts.models)
    says = f"{n} networks that tell photographs from generated pictures, compared"
    if n == 1:
        says = "A network that tells photographs from generated pictures"
    notes = [f"The candidates are {listed([own.name for own in facts.models])}.", *warnings(facts)]
    marked = f"Runs marked: {', '.join(facts.common_notes)}" if facts.common_notes else ""
    return [Slide("Real or fake?", " ".join(notes), says, points=[marked] if marked else [], opening=True)]


def _decision(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    """What it may and may not be used for, before anything else."""
    notes = " ".join([f"{lead} {text}" for lead, text in recommendation_sentences(facts)] + [_missed_sentence(facts)])
    if facts.recommendation.accurate is None:
        says = "Not to be used yet: no network is shown to beat guessing"
        return [Slide("The decision", notes, says, points=["Not for sorting, and not for judging"])]
    says = f"{AS_TRIAGE}: not every criterion is shown to be met" if _missed(facts) else "A hint, never a proof"
    points = [
        "May be used to choose what a person looks at first",
        "May not be used alone to accuse, remove, reject or publish",
        "'Unsure' is an answer, too: look elsewhere",
    ]
    return [Slide("The decision", notes, says, points=points)]


def _missed(facts: ReportFacts) -> list[str]:
    """Criteria that are not shown to be met."""
    return [own.name for own in facts.criteria if own.state != "met"]


def _missed_sentence(facts: ReportFacts) -> str:
    missed = _missed(facts)
    return f"Not shown to be met: {listed(missed).lower()}." if missed else "All criteria are met."


def _stories(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    fast = [own for name in picks(facts) if (own := facts.model(name)).cost and own.cost.milliseconds]
    answer = "A verdict: real, unsure or fake"
    if fast:
        answer += f", after {milliseconds(fast[0].cost_by('milliseconds'))} of computing"
    return [
        Slide(
            "A newsroom asks: can we print this picture?",
            "A reader sends a picture of a flood; the front page closes in an hour. If it was generated and is "
            "printed, the paper's name suffers. If it is real and is held back, the story is lost. A detector does not "
            "decide; it says which pictures a person should look at twice.",
            points=[
                "Printed, but generated: the paper's name suffers",
                "Real, but held back: the story is lost",
                answer,
                "A person decides: the verdict is a hint, not a proof",
            ],
        ),
        _cases(facts, plan)
        or Slide(
            "Three who need to know",
            "All three handle pictures of every kind, so the detector has to be general. None of them can wait for an "
            "expert on each picture.",
            cards=[
                Item("Which entries were never photographed?", "Photo contest"),
                Item("Does this face belong to anybody?", "Dating service"),
                Item("Did this happen?", "Newsroom"),
            ],
        ),
    ]


def _cases(facts: ReportFacts, plan: dict[str, Planned]) -> Slide | None:
    if facts.cases is None:
        return None
    drawing, judge = plan["cases"].drawing, facts.cases.judge
    if judge is not None:
        says = "Chosen to show, not to measure: the clearest right, open and wrong answers"
        return Slide(f"What {facts.named(judge)} says of real cases", drawing.alt, says, drawing=drawing)
    gone = f"The weights of {facts.named(picks(facts)[0])} were not there when this was written."
    says = "Answers of the model that realfake ships, which is none of the candidates: the way a verdict looks"
    return Slide("What a detector says of real cases", f"{gone} {drawing.alt}", says, drawing=drawing)


def _data(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    first = facts.models[0]
    cards = []
    if facts.same_training_data and "train" in first.rows:
        cards.append(Item("pictures to learn from", count(first.rows["train"])))
    found = facts.headlines()
    if found:
        own = found[facts.ranked[0]]
        cards.append(Item(f"pictures to be tested on ({facts.split})", count(own.n_real + own.n_fake)))
    verdicts = [audit.verdict for _, audit in facts.audits()]
    words = {
        "pass": "no shortcut got far",
        "warn": "read the figures with care",
        "fail": "the figures cannot be trusted",
    }
    worst = next((verdict for verdict in ("fail", "warn", "pass") if verdict in verdicts), None)
    outcome = "the data were not audited" if worst is None else f"audit of the data: {words[worst]}"
    if worst == "pass" and any(own.audit is None for own in facts.models):
        outcome = "audit of a part of the data"
    cards.append(Item(outcome, "no audit" if worst is None else worst))
    notes = "An audit tries shortcuts: it tells real from fake by file size, borders or a thumbnail alone. If that "
    notes += "works, a network would learn the shortcut. "
    notes += " ".join(own.reasons[0] for _, own in facts.audits() if own.reasons)
    if not facts.same_training_data:
        notes += " The candidates did not learn from the same images."
    if found:
        notes += f" The test holds {images_of(found[facts.ranked[0]])}."
    return [Slide("What they learnt from", notes, cards=cards)]


def _candidates(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    def row(own: ModelFacts) -> list[str]:
        return [
            own.name + signs(facts, own.name),
            "ready-made weights" if own.pretrained else "nothing",
            MISSING if own.cost is None else large(own.cost.parameters),
            MISSING if own.cost is None else milliseconds(own.cost.milliseconds),
        ]

    names = [own.name for own in facts.models]
    head = ["Network", "Began with", "Parameters", "Time a picture"]
    table = Table("", head, [row(own) for own in facts.models], marked_notes(facts, names))
    details = [f"{own.name}: {'; '.join(own.notes)}." for own in facts.models if own.notes]
    notes = "Each network was trained by its own recipe. 'Ready-made weights' were learnt on another task."
    return [Slide("The candidates", " ".join([notes, *details]), table=table)]


def _method(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    tiers = facts.headlines()[facts.ranked[0]].tiers if facts.ranked else {}
    notes = "Pictures change on their way: they are shrunk and compressed. Photographs and fakes are counted apart, "
    notes += "for the two mistakes cost differently. Intervals say what could be luck."
    return [
        Slide(
            "How they were tested" if tiers else "How to test them",
            notes,
            cards=[Item(TIER_CARDS.get(tier, "another view"), tier.capitalize()) for tier in tiers or TIER_CARDS],
            says="Photographs and fakes are counted apart, and luck is measured.",
        )
    ]


def _results(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    if not facts.ranked:
        why = [f"{name}: {reason}." for name, reason in facts.not_compared.items()]
        shown = ["Accuracy on test pictures", "Photographs called fake", "New generators", "Recompression"]
        return [Slide("What was not measured", " ".join(why), f"{nothing_measured(facts)}.", shown)]
    leader = facts.ranked[0]
    level = [
        name for name in facts.ranked[1:] if (pairwise := facts.pairwise(leader, name)) and pairwise.outcome == "level"
    ]
    if len(facts.ranked) == 1:
        title = f"What {facts.named(leader)} reaches"
    elif not level:
        title = f"{facts.named(leader)} leads"
    else:
        title = f"{len(level) + 1} networks are level at the top"
    found = facts.headlines()[leader]
    says = f"{facts.named(leader)}: {percent(found.accuracy[found.first_tier])} of the test pictures judged right"
    says += f" ({percent(facts.accuracy(leader).value)} balanced)"
    notes = " ".join([*standing(facts), *against_chance(facts)])
    return [Slide(title, notes, says, drawing=plan["slide-tested"].drawing)]


def _hundred(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    if "of-a-hundred" not in plan:
        return []
    name = picks(facts)[0]
    notes = " ".join(text for text in [between_classes(facts, name), plan["of-a-hundred"].drawing.alt] if text)
    says = f"Mistakes of {facts.named(name)}, taken at even odds"
    return [Slide("Out of a hundred pictures", notes, says, drawing=plan["of-a-hundred"].drawing)]


def _new_sources(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    if "sources" not in plan:
        return []
    name = picks(facts)[0]
    pair = known_and_new(facts, name)
    if pair is None:
        title, says = "Generator by generator", f"Judged by {listed(picks(facts))} on {facts.split}"
    else:
        known, new = pair
        lost = known.value - new.value
        sure = differ(known, new)
        title = "New sources are about as hard"
        if sure or lost > LARGEST_LOSS:
            title = f"New sources {'are' if sure else 'may be'} {'harder' if lost > 0 else 'easier'}"
        says = f"{facts.named(name)}: {percent(new.value)} on new sources, {percent(known.value)} on known ones"
    notes = [on_new_sources(facts, name), weakest_sources(facts, name)]
    return [Slide(title, " ".join(text for text in notes if text), says, drawing=plan["sources"].drawing)]


def _web(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    if "slide-web" not in plan:
        return []
    name = picks(facts)[0]
    found = facts.headline(name)
    assert found is not None
    first, last = (found.measured("balanced_accuracy", tier) for tier in (found.first_tier, list(found.tiers)[-1]))
    if first is None or last is None or len(found.tiers) < 2:
        title, says = "After the web", "What recompression costs was not measured"
    else:
        harder = first.value - last.value > LARGEST_LOSS
        title = "The web makes it harder" if harder else "It holds up on the web"
        says = f"{facts.named(name)}: {percent(first.value)} before recompression, {percent(last.value)} after"
    notes = [after_the_web(facts, own) for own in facts.ranked]
    return [Slide(title, " ".join(text for text in notes if text), says, drawing=plan["slide-web"].drawing)]


def _cost(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    measure = facts.recommendation.cost_measure
    planned = plan.get(f"accuracy-against-{measure.replace('_', '-')}")
    if planned is None:
        return []
    says = f"On the dashed line nothing is as accurate for less ({COST_NAMES[measure]})"
    costs = [f"{facts.named(name)}: {cost_value(facts.model(name), measure)}." for name in facts.ranked]
    notes = " ".join([text for text in [on_the_front(facts)] if text] + costs)
    return [Slide("What accuracy costs", notes, says, drawing=planned.drawing)]


def _outcome(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    rule = facts.recommendation
    notes = " ".join(f"{lead} {text}" for lead, text in recommendation_sentences(facts))
    if rule.accurate is None:
        says = nothing_measured(facts) if not facts.ranked else "No model considered is shown to beat guessing"
        return [Slide("No recommendation", notes, says, points=["Nothing here should be used yet"])]
    what = "Accurate" if rule.cheap else AS_TRIAGE if _missed(facts) else "The choice"
    cards = [Item(_card(facts, rule.accurate), f"{what}: {facts.named(rule.accurate)}")]
    if rule.cheap is not None:
        cards.append(Item(_card(facts, rule.cheap), f"Cheap: {facts.named(rule.cheap)}"))
    says = reserve(facts) or ""
    if rule.cheap is None and not says:
        says = "One network for both: nothing viable costs half as much"
    title = f"What we recommend, {AS_TRIAGE[0].lower()}{AS_TRIAGE[1:]}" if _missed(facts) else "What we recommend"
    return [Slide(title, f"{notes} {_missed_sentence(facts)}", says, cards=cards)]


def _card(facts: ReportFacts, name: str) -> str:
    measure = facts.recommendation.cost_measure
    cost = f"{COST_NAMES[measure]}: {cost_value(facts.model(name), measure)}"
    return f"{percent(facts.accuracy(name).value)} balanced accuracy; {cost}"


def _limits(facts: ReportFacts, plan: dict[str, Planned]) -> list[Slide]:
    shown = [f"{state.capitalize()}: {', '.join(names).lower()}" for state, names in facts.criteria_by_state().items()]
    outcomes = [f"{own.name}: {own.says}" for own in facts.criteria]
    notes = " ".join([*outcomes, "Limits:", *limits(facts), "Next:", *further_work(facts)])
    return [Slide("What was reached, and what is next", notes, points=[*shown, _next(facts)][:POINTS_SHOWN])]


def _next(facts: ReportFacts) -> str:
    first = further_work(facts)[0].split(":")[0].rstrip(".").replace("`", "")
    return f"Next: {first[0].lower()}{first[1:]}"
