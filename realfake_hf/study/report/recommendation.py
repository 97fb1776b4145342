"""The rule by which models are recommended: two viable ones, one accurate and one cheap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from realfake_hf.study.report.facts import Recommendation
from realfake_hf.study.report.numbers import Measured

CHANCE = 0.5
CHEAP_SHARE = 0.5
"""A model is cheap beside another at this share of its cost or less."""

WORTH = 0.5
"""A model is viable beside the most accurate one with this share of its lead over chance, or more."""

RULE = (
    "Set aside every model that is marked (random weights, a quick run), unless all are.",
    "Draw the Pareto front of the rest: models than which none is both at least as accurate and at most as costly.",
    "Keep the viable ones: the lower end of the interval of balanced accuracy lies above chance, and the accuracy "
    "itself at least half as far above chance as that of the most accurate.",
    "The accurate one: on the front, the cheapest of those that cannot be told from the most accurate.",
    "The cheap one: on the front, at half of the accurate one's cost or less, the most accurate; where several cannot "
    "be told from it, the cheapest of them.",
)
"""The rule as the documents print it."""

ROUNDING = 1e-9
"""Accuracies closer than this are the same."""

Level = Callable[[str, str, str], bool]
"""Whether two models (by name) cannot be told apart in a metric (by name)."""


@dataclass(frozen=True)
class Candidate:
    """What the rule needs to know of a model.

    Attributes:
        accuracy: balanced, with its interval.
        found_at_fpr_5: share of fakes found while at most 5 % of the reals are called fake.
        cost: in any unit, the same for all.
        marked: carries a note that keeps it from being recommended, such as `quick`.
    """

    name: str
    accuracy: Measured
    found_at_fpr_5: Measured | None
    cost: float
    marked: bool

    def share(self, metric: str) -> float:
        """The value of `balanced_accuracy` or, of a model that was measured in it, of `tpr_at_fpr_5`."""
        found = self.accuracy if metric == "balanced_accuracy" else self.found_at_fpr_5
        assert found is not None
        return found.value


def recommend(candidates: Sequence[Candidate], level: Level, *, cost_measure: str) -> Recommendation:
    """Apply the rule.

    Models that are marked are set aside. Of the rest those are viable whose balanced accuracy is above chance by its
    whole interval and leads chance by at least `WORTH` of the most accurate one's lead: a cheap model that hardly
    does better than a coin is no bargain. On the Pareto front of balanced accuracy and cost, the *accurate* model is
    the cheapest viable one that cannot be told from the most accurate; the *cheap* one costs at most `CHEAP_SHARE` of
    it and is the most accurate of these, again the cheapest of those that cannot be told from that. The *careful*
    model, on the front or not, finds the most fakes at a false-positive rate of 5 %, ties going to the cheaper.

    Where every model is marked the rule is applied to all of them and the outcome is provisional.

    Args:
        candidates: models measured on the same images.
        level: see `Level`.
        cost_measure: what `cost` is, a name in `COST_NAMES`.
    """
    provisional = bool(candidates) and all(own.marked for own in candidates)
    considered = [own for own in candidates if provisional or not own.marked]
    set_aside = {own.name: "it is marked" for own in candidates if own not in considered}
    front = pareto_front(considered)
    better_than_chance = [own for own in considered if own.accuracy.low is not None and own.accuracy.low > CHANCE]
    set_aside |= {own.name: "it is not shown to beat guessing" for own in considered if own not in better_than_chance}
    if not better_than_chance:
        names = [own.name for own in front]
        return Recommendation(cost_measure, front=names, provisional=provisional, set_aside=set_aside)

    lead = max(own.accuracy.value for own in better_than_chance) - CHANCE
    viable = [own for own in better_than_chance if own.accuracy.value - CHANCE >= WORTH * lead]
    set_aside |= {
        own.name: "its lead over guessing is less than half of the best one's"
        for own in better_than_chance
        if own not in viable
    }
    eligible = [own for own in front if own in viable]
    accurate = _cheapest_of_the_best(eligible, level)
    affordable = [own for own in eligible if own.cost <= CHEAP_SHARE * accurate.cost]
    rated = [own for own in viable if own.found_at_fpr_5 is not None]
    leader = max(viable, key=lambda own: (own.accuracy.value, -own.cost))
    return Recommendation(
        cost_measure,
        front=[own.name for own in front],
        accurate=accurate.name,
        cheap=_cheapest_of_the_best(affordable, level).name if affordable else None,
        careful=_cheapest_of_the_best(rated, level, "tpr_at_fpr_5").name if rated else None,
        leader=leader.name,
        level_with_leader=[
            own.name for own in viable if own is not leader and level(leader.name, own.name, "balanced_accuracy")
        ],
        provisional=provisional,
        set_aside=set_aside,
    )


def pareto_front(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those than which none is both at least as accurate and at most as costly, the cheapest first."""
    front: list[Candidate] = []
    for own in sorted(candidates, key=lambda own: (own.cost, -own.accuracy.value)):
        if not front or own.accuracy.value > front[-1].accuracy.value + ROUNDING:
            front.append(own)
    return front


def _cheapest_of_the_best(
    candidates: Sequence[Candidate], level: Level, metric: str = "balanced_accuracy"
) -> Candidate:
    best = max(candidates, key=lambda own: (own.share(metric), -own.cost))
    equals = [own for own in candidates if own is best or level(best.name, own.name, metric)]
    return min(equals, key=lambda own: own.cost)
