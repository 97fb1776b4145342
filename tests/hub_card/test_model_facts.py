"""What a card says of the figures beside a model: what to expect, what is weakest, what is lost elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub_card.model_facts import ContentShare, Figure, ModelFacts, TrainingFacts
from realfake_hf.records.outcomes import ClassOutcomes, Outcomes
from realfake_hf.records.results import ContentResult, EvaluationResult, SourceResult, TierResult


def measured(
    tiers: dict[str, TierResult] | None = None,
    *,
    sources: list[SourceResult] | None = None,
    contents: list[ContentResult] | None = None,
) -> EvaluationResult:
    return EvaluationResult(
        "net", "photos", 40, 40, 0.5, 0.5, tiers=tiers or {}, sources=sources or [], contents=contents or []
    )


def facts(**evaluations: EvaluationResult) -> ModelFacts:
    """Of a model of which nothing is known but what was measured of it."""
    return ModelFacts(
        title="net",
        repo="",
        embedded=False,
        model_type="resnet",
        ours=False,
        version="1.0",
        licence="unknown",
        licence_file=False,
        base_model="",
        datasets=[],
        notes=[],
        training=None,
        sources=[],
        audit=None,
        calibration=None,
        temperature=1.0,
        threshold_low=0.5,
        threshold_high=0.5,
        training_range={},
        evaluations=evaluations,
        cost=None,
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (89, "89 s"), (90, "2 min"), (5_370, "90 min"), (5_400, "1.5 h"), (36_000, "10.0 h")],
)
def test_duration_in_words(seconds: float, words: str) -> None:
    training = TrainingFacts("tiny", "", "", {}, 1, 1, 0, seconds, "a CPU", "", {}, "realfake train tiny")
    assert training.duration == words


def test_the_picture_of_a_hundred_images_stands_at_the_top() -> None:
    figures = [Figure("figures/roc.png", "Curve"), Figure("figures/of-a-hundred.png", "Of 100")]
    assert replace(facts(), figures=figures).picture == figures[1]
    assert replace(facts(), figures=figures[:1]).picture is None


def test_a_model_is_called_by_its_place_on_the_hub_or_else_by_its_title() -> None:
    assert (facts().name, replace(facts(), repo="me/net").name) == ("net", "me/net")


def judged(photographs: ClassOutcomes, fakes: ClassOutcomes) -> TierResult:
    return TierResult(outcomes=Outcomes(photographs, fakes))


class TestExpectations:
    """Twenty images of a class are the least of which a share is told."""

    photographs, fakes = ClassOutcomes(18, 1, 1), ClassOutcomes(5, 0, 15)
    clean = judged(photographs, fakes)

    def test_photographs_fakes_and_the_fakes_of_the_last_tier(self) -> None:
        tiers = {"clean": self.clean, "web": TierResult(), "hard": judged(ClassOutcomes(), ClassOutcomes(10, 0, 10))}
        assert facts(test=measured(tiers)).expectations() == [
            ("photographs", {"real": 90, "unsure": 5, "fake": 5}),
            ("AI-generated images", {"real": 25, "unsure": 0, "fake": 75}),
            ("AI-generated images, recompressed (`hard`)", {"real": 50, "unsure": 0, "fake": 50}),
        ]

    @pytest.mark.parametrize("last", [{}, {"hard": TierResult()}, {"hard": judged(photographs, ClassOutcomes(19))}])
    def test_a_last_tier_that_was_hardly_measured_is_not_told(self, last: dict[str, TierResult]) -> None:
        assert len(facts(test=measured({"clean": self.clean, **last})).expectations()) == 2

    @pytest.mark.parametrize(
        "clean", [TierResult(), judged(ClassOutcomes(19), fakes), judged(photographs, ClassOutcomes(19))]
    )
    def test_too_few_of_either_class_tell_nothing(self, clean: TierResult) -> None:
        assert facts(test=measured({"clean": clean})).expectations() == []

    def test_nothing_is_told_of_what_was_not_measured(self) -> None:
        assert facts().expectations() == []
        assert facts().headline is None

    def test_the_first_split_counts(self) -> None:
        few = judged(ClassOutcomes(1), ClassOutcomes(1))
        found = facts(test=measured({"clean": self.clean}), val=measured({"clean": few}))
        assert found.headline == ("test", found.evaluations["test"])
        assert len(found.expectations()) == 2


class TestWeakestContent:
    def test_is_the_class_and_kind_judged_worst_in_the_clean_tier(self) -> None:
        rows = [
            ContentResult("clean", "photo", 20, 20, 0.9, 0.8),
            ContentResult("clean", "painting", 20, 20, 0.6, 0.7),
            ContentResult("hard", "photo", 20, 20, 0.1, 0.1),
        ]
        found = facts(test=measured(contents=rows))
        assert found.weakest_content() == ContentShare("test", "painting", "real", 20, 0.6)
        assert found.content_rows() == [("test", rows[0]), ("test", rows[1])]

    def test_fewer_than_twenty_images_and_a_missing_class_do_not_count(self) -> None:
        rows = [ContentResult("clean", "photo", 40, 19, 0.9, 0.2), ContentResult("clean", "drawing", 0, 30, None, 0.8)]
        found = facts(test=measured(contents=rows)).weakest_content()
        assert found == ContentShare("test", "drawing", "fake", 30, 0.8)

    def test_of_no_kinds_there_is_none(self) -> None:
        assert facts(test=measured()).weakest_content() is None


def test_sources_are_those_of_the_first_split_real_ones_first_with_a_cell_for_each_tier() -> None:
    rows = [
        SourceResult("clean", "fake", "generator", 10, 0.5, 0.5),
        SourceResult("hard", "fake", "generator", 10, 0.254, 0.5),
        SourceResult("clean", "real", "phone", 10, 0.9, 0.5),
        SourceResult("hard", "real", "camera", 10, 0.8, 0.5),
    ]
    first = measured({"clean": TierResult(), "hard": TierResult()}, sources=rows)
    other = measured({"clean": TierResult()}, sources=[SourceResult("clean", "real", "scanner", 10, 1.0, 0.1)])
    found = [(row.label, row.source, cells) for row, cells in facts(test=first, val=other).source_rows()]
    assert found == [
        ("real", "camera", ["", "0.80"]),
        ("real", "phone", ["0.90", ""]),
        ("fake", "generator", ["0.50", "0.25"]),
    ]
    assert list(facts().source_rows()) == []


class TestLossElsewhere:
    @staticmethod
    def clean(accuracy: float | None) -> EvaluationResult:
        return measured({"clean": TierResult(balanced_accuracy=accuracy), "hard": TierResult(balanced_accuracy=0.1)})

    def test_is_told_from_the_test_split_to_the_unseen_one(self) -> None:
        found = facts(val=self.clean(0.99), unseen=self.clean(0.7), test=self.clean(0.9))
        assert found.loss_elsewhere() == ("test", 0.9, "unseen", 0.7)

    def test_is_told_from_the_validation_split_where_there_is_no_other(self) -> None:
        assert facts(unseen=self.clean(0.7), val=self.clean(0.9)).loss_elsewhere() == ("val", 0.9, "unseen", 0.7)

    def test_needs_both_sides(self) -> None:
        assert facts(test=self.clean(0.9), val=self.clean(0.9)).loss_elsewhere() is None
        assert facts(unseen=self.clean(0.7), fresh=self.clean(0.7)).loss_elsewhere() is None
        assert facts(test=self.clean(0.9), unseen=self.clean(None)).loss_elsewhere() is None
        assert facts(test=self.clean(0.9), unseen=measured({"hard": TierResult()})).loss_elsewhere() is None
