"""Sentences follow the figures: other data give other sentences, and they are true."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from realfake_hf.study.report.facts import ReportFacts
from realfake_hf.study.report.final_report import final_report
from realfake_hf.study.report.next_steps import further_work, limits
from realfake_hf.study.report.sentences import (
    after_the_web,
    against_chance,
    between_classes,
    on_new_sources,
    recommendation_sentences,
    reserve,
    standing,
    warnings,
    weakest_sources,
)

Facts = Callable[..., ReportFacts]


def test_swapping_two_results_swaps_the_leader_and_the_recommendation(
    facts_of: Facts, tmp_path_factory: pytest.TempPathFactory
) -> None:
    good, poor = {"real": 0.9, "fake": 0.9}, {"real": 0.7, "fake": 0.75}

    one = facts_of(alpha={**good, "milliseconds": 40.0}, beta={**poor, "milliseconds": 10.0})
    other = facts_of(gamma={**poor, "milliseconds": 10.0}, delta={**good, "milliseconds": 40.0})

    assert standing(one)[0].startswith("alpha leads with a balanced accuracy of 90.0")
    assert [text.replace("delta", "alpha").replace("gamma", "beta") for text in standing(other)] == standing(one)
    assert (one.recommendation.accurate, one.recommendation.cheap) == ("alpha", "beta")
    assert (other.recommendation.accurate, other.recommendation.cheap) == ("delta", "gamma")
    assert "17.5" in standing(one)[1]


def test_models_that_chance_explains_are_level_and_the_cheaper_is_recommended(facts_of: Facts) -> None:
    facts = facts_of(dear={"real": 0.82, "milliseconds": 50.0}, cheap={"real": 0.81, "milliseconds": 20.0})

    assert "cheap is level with it: the difference could be chance" in standing(facts)[0]
    assert facts.recommendation.accurate == "cheap"
    assert "cannot be told from dear" in dict(recommendation_sentences(facts))["Accuracy first:"]


def test_without_predictions_intervals_decide(facts_of: Facts) -> None:
    facts = facts_of(a={"real": 0.95, "fake": 0.95, "predictions": False}, b={"real": 0.6, "fake": 0.6})

    pairwise = facts.pairwise("a", "b")
    assert pairwise is not None
    assert (pairwise.outcome, pairwise.low) == ("ahead", None)
    assert "their intervals do not overlap" in standing(facts)[1]


def test_a_lone_model_is_compared_with_nothing(facts_of: Facts) -> None:
    facts = facts_of(only={})

    assert standing(facts) == [
        "only reaches a balanced accuracy of 80.0\u00a0% "
        f"({_bounds(facts, 'only')}) on unseen. Nothing else was measured there to compare it with."
    ]
    assert "the only model measured" in recommendation_sentences(facts)[0][1]


def _bounds(facts: ReportFacts, name: str) -> str:
    measured = facts.accuracy(name)
    return f"{100 * measured.low:.1f} to {100 * measured.high:.1f}"


def test_a_coin_is_not_recommended(facts_of: Facts) -> None:
    facts = facts_of(coin={"real": 0.5, "fake": 0.5})

    assert against_chance(facts) == ["coin is not shown to be better than guessing."]
    assert recommendation_sentences(facts)[0][0] == "No recommendation."


@pytest.mark.parametrize(
    ("known", "words"),
    [(0.0, "does about as well as on val"), (0.19, "lies far below what it reaches on val"), (-0.2, "does better")],
)
def test_new_sources_are_said_to_be_as_hard_as_they_are(facts_of: Facts, known: float, words: str) -> None:
    assert words in str(on_new_sources(facts_of(m={"known": known}), "m"))


@pytest.mark.parametrize(
    ("real", "fake", "words"),
    [(0.9, 0.5, "knows photographs better"), (0.5, 0.9, "finds fakes better"), (0.8, 0.8, "about as good")],
)
def test_the_class_that_suffers_is_named(facts_of: Facts, real: float, fake: float, words: str) -> None:
    assert words in str(between_classes(facts_of(m={"real": real, "fake": fake}), "m"))


@pytest.mark.parametrize(("lost", "words"), [(0.01, "holds up"), (0.25, "loses 25.0")])
def test_what_the_web_costs(facts_of: Facts, lost: float, words: str) -> None:
    assert words in str(after_the_web(facts_of(m={"tiers": {"clean": 0.0, "hard": lost}}), "m"))


def test_one_tier_says_nothing_of_the_web(facts_of: Facts) -> None:
    assert after_the_web(facts_of(m={"tiers": {"clean": 0.0}}), "m") is None


def test_the_weakest_sources_are_named_with_their_share(facts_of: Facts) -> None:
    text = str(weakest_sources(facts_of(m={"real": 0.8, "fake": 0.7}), "m"))

    assert "the hardest generator, maker-y, is found in 25.0\u00a0% of 40\u00a0images" in text
    assert "camera-b, is right in 50.0\u00a0%" in text


def test_marked_runs_are_named_with_their_mark_and_not_recommended(facts_of: Facts) -> None:
    facts = facts_of(
        a={"real": 0.95, "fake": 0.95, "notes": ("from random weights, trained whole",)}, b={"milliseconds": 5.0}
    )

    assert standing(facts)[0].startswith("a (from random weights) leads")
    assert facts.recommendation.accurate == "b"
    assert facts.recommendation.set_aside == {"a": "it is marked"}
    assert any("a is marked from random weights" in text for text in limits(facts))


def test_where_all_are_quick_it_is_said_once_and_first(facts_of: Facts) -> None:
    facts = facts_of(a={"notes": ("quick: 1 epoch",)}, b={"notes": ("quick: 2 epochs",)})

    assert warnings(facts)[0].startswith("All figures here come from runs marked: quick.")
    assert "provisional" in warnings(facts)[1]
    assert "(quick)" not in standing(facts)[0]


def test_a_note_that_is_no_defect_does_not_keep_a_model_out(facts_of: Facts) -> None:
    facts = facts_of(a={"notes": ("EfficientNet-B0 in place of V2, which needs timm",)})

    assert facts.recommendation.accurate == "a"


@pytest.mark.parametrize(
    ("verdict", "state", "words"),
    [
        ("pass", "met", "The audit passes"),
        ("warn", "not met", "The audit warns"),
        ("fail", "not met", "The audit fails"),
        (None, "not measured", "The training data were not audited"),
    ],
)
def test_the_audit_is_reported_as_it_is(facts_of: Facts, verdict: str | None, state: str, words: str) -> None:
    from realfake_hf.study.report.drawings import plan_drawings

    facts = facts_of(m={"audit": verdict})
    document = final_report(facts, plan_drawings(facts))

    texts = [getattr(block, "text", "") for section in document.sections for block in section.blocks]
    assert any(words in text for text in texts)
    assert {own.name: own.state for own in facts.criteria}["Sound data"] == state
    assert any("shortcut" in text for text in warnings(facts)) == (verdict == "fail")
    assert reserve(facts) == ("With reserve: the audit of the data fails" if verdict == "fail" else None)


def test_criteria_are_met_by_the_figures_alone(facts_of: Facts) -> None:
    good = facts_of(good={"real": 0.97, "fake": 0.95, "known": 0.02})
    poor = facts_of(poor={"real": 0.7, "fake": 0.7, "known": 0.15, "tiers": {"clean": 0.0, "hard": 0.2}})

    states = [{own.name: own.state for own in facts.criteria} for facts in (good, poor)]
    for name in ("Accuracy", "After the web", "New generators", "False alarms"):
        assert (states[0][name], states[1][name]) == ("met", "not met")
    assert states[0]["Fair comparison"] == "not measured"


def test_other_training_data_are_no_fair_comparison(facts_of: Facts) -> None:
    facts = facts_of(a={"data": "one"}, b={"data": "two"})

    assert {own.name: own.state for own in facts.criteria}["Fair comparison"] == "not met"
    assert any("not trained on the same images" in text for text in warnings(facts))


def test_a_run_without_cost_ranks_by_training_time(facts_of: Facts) -> None:
    facts = facts_of(a={"milliseconds": None}, b={})

    assert facts.recommendation.cost_measure == "training_seconds"
    assert any("cost to run was not measured" in text for text in limits(facts))


def test_a_run_measured_elsewhere_is_left_out_with_the_reason(facts_of: Facts) -> None:
    facts = facts_of(a={}, b={}, c={"splits": ("val",)}, d={"splits": ()})

    assert sorted(facts.ranked) == ["a", "b"]
    assert facts.not_compared == {"c": "it was not evaluated on unseen", "d": "it was not evaluated"}


def test_without_any_evaluation_nothing_is_claimed(facts_of: Facts) -> None:
    facts = facts_of(a={"splits": ()}, b={"splits": ()})

    assert standing(facts) == ["No model was evaluated, so none can be said to lead."]
    assert recommendation_sentences(facts) == [("No recommendation.", "No model was evaluated.")]
    assert "Evaluate the models (`realfake evaluate`)." in further_work(facts)
