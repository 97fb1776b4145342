"""results.json: written, read back, refused when it is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.records.json_record import json_values
from realfake_hf.records.results import (
    METRIC_NAMES,
    EvaluationResult,
    ImageError,
    SourceResult,
    TierResult,
)


@pytest.fixture
def result() -> EvaluationResult:
    return EvaluationResult(
        model="models/tiny",
        dataset="data/val",
        n_real=40,
        n_fake=41,
        threshold_low=0.25,
        threshold_high=0.75,
        tiers={
            "clean": TierResult(
                balanced_accuracy=0.9,
                real_accuracy=0.95,
                fake_accuracy=0.85,
                roc_auc=0.97,
                ece=0.03,
                ci95={"balanced_accuracy": (0.85, 0.94)},
                reasons={"average_precision": "there is no fake image"},
            )
        },
        sources=[SourceResult("clean", "fake", "generator-a", 41, 0.85, 0.8)],
        errors=[ImageError(3, "data/val/broken.jpg", "data/val/broken.jpg is truncated.")],
        seed=30,
    )


def test_result_comes_back_from_its_file(result: EvaluationResult, tmp_path: Path) -> None:
    path = tmp_path / "new" / "results.json"

    result.write(path)

    assert EvaluationResult.read(path) == result
    assert [p.name for p in path.parent.iterdir()] == ["results.json"]


def test_json_has_the_keys_of_the_contract(result: EvaluationResult, tmp_path: Path) -> None:
    result.write(tmp_path / "results.json")
    raw = json.loads((tmp_path / "results.json").read_text())

    contract = {"model", "dataset", "n_real", "n_fake", "threshold_low", "threshold_high", "tiers", "sources"}
    assert contract <= set(raw)
    assert {*METRIC_NAMES, "ci95"} <= set(raw["tiers"]["clean"])
    assert raw["tiers"]["clean"]["ci95"] == {"balanced_accuracy": [0.85, 0.94]}
    assert raw["tiers"]["clean"]["average_precision"] is None
    assert set(raw["sources"][0]) == {"tier", "label", "source", "n", "accuracy", "mean_p_fake"}


def edited(result: EvaluationResult, **changes: Any) -> str:
    return json.dumps({**json_values(result), **changes})


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"n_real": "many"}, "Expected `int`, got `str` - at `$.n_real`"),
        ({"tiers": {"clean": {"roc_auc": 97, "ci95": {}}}}, "tiers.clean.roc_auc is 97"),
        ({"tiers": {"clean": {"roc_auc": 1.01}}}, "tiers.clean.roc_auc is 1.01"),
        ({"tiers": {"clean": {"roc_auc": -0.01}}}, "tiers.clean.roc_auc is -0.01"),
        ({"tiers": {"clean": {"roc_auc": True, "ci95": {}}}}, "Expected `float | null`, got `bool`"),
        ({"tiers": {"clean": {"roc_auc": 0.9, "ci95": {"roc_auc": [0.95, 0.85]}}}}, "not an interval"),
        ({"tiers": {"clean": {"roc_auc": 0.9, "ci95": {"roc_auc": [0.95]}}}}, "Expected `array` of length 2"),
        ({"tiers": {"clean": {}}}, "tiers.clean has neither a metric nor a reason why not"),
        ({"sources": [{"tier": "clean"}]}, "missing required field `label`"),
    ],
)
def test_file_with_wrong_contents_is_refused_in_one_sentence(
    result: EvaluationResult, changes: dict[str, Any], complaint: str, tmp_path: Path
) -> None:
    (tmp_path / "results.json").write_text(edited(result, **changes))
    with pytest.raises(RealFakeError) as caught:
        EvaluationResult.read(tmp_path / "results.json")

    assert str(caught.value).startswith(f"{tmp_path / 'results.json'} is damaged, or not an evaluation (")
    assert complaint in str(caught.value)
    assert str(caught.value).endswith("): write it again with `realfake evaluate`.")


def test_the_ends_of_the_range_are_in_it(result: EvaluationResult, tmp_path: Path) -> None:
    perfect = TierResult(roc_auc=1.0, ece=0.0, ci95={"roc_auc": (1.0, 1.0), "ece": (0.0, 0.0)})
    result.tiers = {"clean": perfect}

    result.write(tmp_path / "results.json")

    assert EvaluationResult.read(tmp_path / "results.json").tiers == {"clean": perfect}


def test_what_a_later_version_added_is_passed_over(result: EvaluationResult, tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(edited(result, colour=1))

    assert EvaluationResult.read(tmp_path / "results.json") == result


@pytest.mark.parametrize(
    ("text", "complaint"), [("{", "Input data was truncated"), ("[]", "Expected `object`, got `array`")]
)
def test_text_that_is_no_json_object_is_refused(text: str, complaint: str, tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(RealFakeError, match=complaint):
        EvaluationResult.read(tmp_path / "results.json")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RealFakeError, match=r"nowhere\.json cannot be read"):
        EvaluationResult.read(tmp_path / "nowhere.json")


def test_unknown_metric_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="no metric 'f1'; known are balanced_accuracy"):
        TierResult().value("f1")


def test_the_accuracy_of_a_source_is_so_many_images_judged_right() -> None:
    assert SourceResult("clean", "fake", "generator-a", 41, 35 / 41, 0.8).right == 35


def test_the_interval_of_a_source_without_a_mistake_begins_where_chance_would_make_none_in_40() -> None:
    low, high = SourceResult("clean", "real", "camera", 10, 1.0, 0.1).interval
    assert low**10 == pytest.approx(1 / 40)  # the 2.5 % that a 95 % interval leaves out below
    assert high == 1
