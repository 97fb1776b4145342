"""One model, one data set: results.json and predictions.parquet."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pyarrow.parquet as pq
import pytest
from made_predictions import predictions_of

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.predict import predict
from realfake_hf.evaluation.summary import summarise, tier_views
from realfake_hf.inference.predictor import Predictor
from realfake_hf.records.outcomes import ClassOutcomes, Outcomes
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import EvaluationResult
from realfake_hf.storage.output_folder import PARTS_FOLDER

from .measured import evaluate_model


def test_kinds_of_picture_have_rows_of_their_own(tmp_path: Path) -> None:
    predictions = predictions_of([0, 0, 1, 1, 1], [0.1, 0.9, 0.8, 0.2, 0.9], ["a"] * 5)

    result = summarise(
        predictions,
        model="m",
        dataset="d",
        contents=["photo", "photo", "photo", "painting", None],
        n_resamples=10,
    )

    painting, photo = result.contents
    assert (photo.content, photo.tier, photo.n_real, photo.n_fake) == ("photo", "clean", 2, 1)
    assert photo.balanced_accuracy == 0.75
    assert photo.ci95 is not None
    assert photo.ci95[0] <= 0.75 <= photo.ci95[1]
    assert (painting.n_real, painting.n_fake, painting.fake_accuracy) == (0, 1, 0.0)
    assert painting.balanced_accuracy is None
    assert painting.ci95 is None
    result.write(tmp_path / "results.json")
    assert EvaluationResult.read(tmp_path / "results.json").contents == result.contents
    assert not summarise(predictions, model="m", dataset="d", n_resamples=10).contents


def test_verdicts_are_counted_by_class_at_the_models_thresholds(tmp_path: Path) -> None:
    predictions = predictions_of([0, 0, 0, 1, 1], [0.1, 0.5, 0.8, 0.2, 0.9], ["a"] * 5)

    result = summarise(predictions, model="m", dataset="d", thresholds=(0.2, 0.8), n_resamples=10)

    expected = Outcomes(ClassOutcomes(real=1, unsure=1, fake=1), ClassOutcomes(unsure=1, fake=1))
    assert result.tiers["clean"].outcomes == expected
    result.write(tmp_path / "results.json")
    assert EvaluationResult.read(tmp_path / "results.json").tiers["clean"].outcomes == expected


def test_evaluation_measures_every_tier_and_source(
    build_resnet: Callable[..., Any], resnet_processor: Any, make_dataset: Callable[..., datasets.Dataset]
) -> None:
    model = build_resnet()
    model.config.threshold_low, model.config.threshold_high = 0.2, 0.8

    result, predictions = evaluate_model(model, resnet_processor, make_dataset(12), dataset_name="crops")

    assert list(result.tiers) == ["clean", "web", "hard"]
    assert (result.n_real, result.n_fake, result.dataset) == (6, 6, "crops")
    assert (result.threshold_low, result.threshold_high) == (0.2, 0.8)
    for tier in result.tiers.values():
        assert None not in tier.values().values()
        assert set(tier.ci95) == set(tier.values())
    assert len(result.sources) == 12
    assert sum(row.n for row in result.sources if row.tier == "hard") == 12
    hard = predictions.of_tier("hard")
    fakes = hard.p_fake[hard.label == 1]
    assert result.tiers["hard"].fake_accuracy == np.mean(fakes >= 0.5)
    assert not np.allclose(hard.p_fake, predictions.of_tier("clean").p_fake)


def test_source_rows_have_their_own_accuracy() -> None:
    predictions = predictions_of([0, 0, 1, 1, 1], [0.2, 0.6, 0.9, 0.1, 0.7], ["a", "b", "g", "h", "h"])

    result = summarise(predictions, model="m", dataset="d")

    assert [(r.label, r.source, r.n, r.accuracy, round(r.mean_p_fake, 6)) for r in result.sources] == [
        ("real", "a", 1, 1.0, 0.2),
        ("real", "b", 1, 0.0, 0.6),
        ("fake", "g", 1, 1.0, 0.9),
        ("fake", "h", 2, 0.5, 0.4),
    ]


def test_one_class_gives_null_metrics_with_reasons(
    build_resnet: Callable[..., Any], resnet_processor: Any, make_dataset: Callable[..., datasets.Dataset]
) -> None:
    result, _ = evaluate_model(build_resnet(), resnet_processor, make_dataset(labels=[0, 0, 0]), tiers=["clean"])

    assert (result.n_real, result.n_fake) == (3, 0)
    assert result.tiers["clean"].roc_auc is None
    assert result.tiers["clean"].reasons["roc_auc"] == "there is no fake image"
    assert result.tiers["clean"].real_accuracy is not None


def test_corrupt_image_is_in_the_errors_and_in_no_count(
    build_resnet: Callable[..., Any],
    resnet_processor: Any,
    make_dataset: Callable[..., datasets.Dataset],
    with_corrupt_row: Callable[[datasets.Dataset, int], datasets.Dataset],
) -> None:
    dataset = with_corrupt_row(make_dataset(9), 4)

    result, _ = evaluate_model(build_resnet(), resnet_processor, dataset)

    assert (result.n_real, result.n_fake) == (4, 4)
    assert [(error.index, error.path) for error in result.errors] == [(4, "broken.png")]
    assert sum(row.n for row in result.sources) == 3 * 8


def test_written_files_follow_the_contract(
    build_resnet: Callable[..., Any],
    resnet_processor: Any,
    make_dataset: Callable[..., datasets.Dataset],
    with_corrupt_row: Callable[[datasets.Dataset, int], datasets.Dataset],
    tmp_path: Path,
) -> None:
    result, predictions = evaluate_model(
        build_resnet(), resnet_processor, with_corrupt_row(make_dataset(6), 1), tiers=["clean", "web"]
    )

    predictions.write(tmp_path / "out" / "predictions.parquet")
    result.write(tmp_path / "out" / "results.json")

    assert EvaluationResult.read(tmp_path / "out" / "results.json") == result
    table = pq.read_table(tmp_path / "out" / "predictions.parquet").to_pylist()
    assert {"path", "label", "source", "tier", "p_fake", "logit", "error"} <= set(table[0])
    assert (table[2]["p_fake"], table[2]["logit"]) == (None, None)
    assert table[2]["error"].startswith("broken.png is truncated")
    assert table[0]["error"] is None
    again = Predictions.read(tmp_path / "out" / "predictions.parquet")
    assert again.table().equals(predictions.table())


@pytest.mark.parametrize(("tiers", "message"), [(["clean", "wild"], "no tier 'wild'"), ([], "No tier is named")])
def test_unknown_tier_is_refused_with_the_known_ones(
    build_resnet: Callable[..., Any],
    resnet_processor: Any,
    make_dataset: Callable[..., datasets.Dataset],
    tiers: list[str],
    message: str,
) -> None:
    with pytest.raises(RealFakeError, match=f"{message}: choose from clean, web, hard"):
        evaluate_model(build_resnet(), resnet_processor, make_dataset(2), tiers=tiers)


def test_damaged_predictions_are_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "predictions.parquet").write_text("no parquet")

    with pytest.raises(RealFakeError, match=r"predictions\.parquet does not hold predictions"):
        Predictions.read(tmp_path / "predictions.parquet")


PROGRAM = """
import sys, time
from pathlib import Path
from datasets import load_from_disk
from realfake_hf.evaluation.summary import tier_views
from realfake_hf.evaluation.predict import predict
from realfake_hf.inference.predictor import Predictor


folder = Path(sys.argv[1])
predictor = Predictor.load(folder / "model", name="tiny", device="cpu")
quick = predictor.logits
predictor.logits = lambda pixels: time.sleep(0.3) or quick(pixels)
predict([predictor], load_from_disk(str(folder / "data")), tier_views(["clean", "hard"]),
        batch_size=8, workers=1, resume_dir=folder, images_per_part=8)
"""


def test_run_that_was_killed_outright_resumes_to_the_same_scores(
    build_resnet: Callable[..., Any],
    resnet_processor: Any,
    make_dataset: Callable[..., datasets.Dataset],
    tmp_path: Path,
) -> None:
    build_resnet().save_pretrained(tmp_path / "model")
    resnet_processor.save_pretrained(tmp_path / "model")
    dataset = make_dataset(40)
    dataset.save_to_disk(str(tmp_path / "data"))
    predictor = Predictor.load(tmp_path / "model", name="tiny", device="cpu")
    views = tier_views(["clean", "hard"])
    whole = predict([predictor], dataset, views, batch_size=8)
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(list((tmp_path / PARTS_FOLDER).glob("part-*.parquet"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert 2 <= len(list((tmp_path / PARTS_FOLDER).glob("part-*.parquet"))) < 5

    resumed = predict([predictor], dataset, views, batch_size=8, resume_dir=tmp_path, images_per_part=8)

    assert resumed.table().equals(whole.table())
