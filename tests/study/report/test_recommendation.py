"""The rule: two viable models on the Pareto front, ties to the cheaper, marked runs never silently."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realfake_hf.study.report.numbers import Measured
from realfake_hf.study.report.recommendation import CHEAP_SHARE, ROUNDING, Candidate, pareto_front, recommend

CLOSE = 0.02


def candidate(name: str, accuracy: float, cost: float, *, found: float = 0.5, marked: bool = False) -> Candidate:
    around = Measured(accuracy, accuracy - CLOSE, accuracy + CLOSE)
    return Candidate(name, around, Measured(found, found - CLOSE, found + CLOSE), cost, marked)


def rule(*candidates: Candidate):
    by_name = {own.name: own for own in candidates}

    def level(first: str, second: str, metric: str) -> bool:
        values = [
            own.accuracy if metric == "balanced_accuracy" else own.found_at_fpr_5
            for own in (by_name[first], by_name[second])
        ]
        return abs(values[0].value - values[1].value) <= CLOSE

    return recommend(candidates, level, cost_measure="milliseconds")


def test_the_most_accurate_and_one_at_half_its_cost() -> None:
    found = rule(candidate("large", 0.94, 100), candidate("middle", 0.91, 40), candidate("small", 0.80, 5))

    assert (found.accurate, found.cheap) == ("large", "middle")
    assert found.front == ["small", "middle", "large"]


def test_ties_go_to_the_cheaper() -> None:
    found = rule(
        candidate("large", 0.94, 100), candidate("as-good", 0.93, 60), candidate("small", 0.85, 20),
        candidate("smaller", 0.84, 10),
    )  # fmt: skip

    assert (found.leader, found.accurate, found.cheap) == ("large", "as-good", "smaller")
    assert found.level_with_leader == ["as-good"]


def test_nothing_at_half_the_cost_leaves_one_model() -> None:
    found = rule(candidate("large", 0.94, 100), candidate("middle", 0.85, 60))

    assert (found.accurate, found.cheap) == ("large", None)


def test_a_dominated_model_is_never_recommended() -> None:
    found = rule(candidate("good", 0.9, 10), candidate("worse-and-dearer", 0.8, 20))

    assert (found.accurate, found.cheap, found.front) == ("good", None, ["good"])


def test_a_marked_model_is_set_aside_however_good() -> None:
    found = rule(candidate("quick", 0.99, 1, found=0.9, marked=True), candidate("whole", 0.8, 10))

    assert (found.accurate, found.cheap, found.careful) == ("whole", None, "whole")
    assert found.set_aside == {"quick": "it is marked"}
    assert not found.provisional


def test_where_all_are_marked_the_outcome_is_provisional() -> None:
    found = rule(candidate("a", 0.9, 10, marked=True), candidate("b", 0.8, 1, marked=True))

    assert (found.accurate, found.cheap, found.provisional) == ("a", "b", True)


def test_guessing_is_not_viable() -> None:
    found = rule(candidate("coin", 0.51, 1))

    assert found.accurate is None
    assert found.set_aside == {"coin": "it is not shown to beat guessing"}


def test_a_cheap_model_that_hardly_beats_guessing_is_no_bargain() -> None:
    found = rule(candidate("good", 0.9, 10), candidate("hardly", 0.6, 1))

    assert (found.accurate, found.cheap) == ("good", None)
    assert "hardly" in found.set_aside


def test_few_false_alarms_have_a_choice_of_their_own() -> None:
    found = rule(candidate("accurate", 0.94, 100, found=0.5), candidate("careful", 0.9, 150, found=0.8))

    assert (found.accurate, found.careful) == ("accurate", "careful")


@given(
    st.lists(
        st.tuples(st.floats(0.4, 1.0), st.floats(0.1, 1000.0), st.booleans()), min_size=1, max_size=7
    )
)  # fmt: skip
def test_whatever_the_figures_the_choice_is_sound(rows: list[tuple[float, float, bool]]) -> None:
    models = {f"m{n}": candidate(f"m{n}", accuracy, cost, marked=mark) for n, (accuracy, cost, mark) in enumerate(rows)}

    found = rule(*models.values())

    for name in (found.accurate, found.cheap):
        if name is not None:
            assert name in found.front
            assert models[name].accuracy.low > 0.5
            assert found.provisional or not models[name].marked
    if found.cheap is not None:
        assert models[found.cheap].cost <= CHEAP_SHARE * models[found.accurate].cost
    front = pareto_front(list(models.values()))
    for own in models.values():
        beaten = any(
            o.accuracy.value >= own.accuracy.value - ROUNDING and o.cost <= own.cost
            for o in models.values()
            if o is not own
        )
        assert own in front or beaten
