"""The `evaluate.Metric` modules: hand-computed values, loading by path, `combine`, `evaluator`."""

from __future__ import annotations

from pathlib import Path

import datasets
import evaluate
import pytest
import torch
from PIL import Image
from transformers import ConvNextImageProcessorPil, ResNetConfig, ResNetForImageClassification, pipeline

from realfake_hf.evaluation.evaluator import FakeProbabilityEvaluator
from realfake_hf.evaluation.metrics import METRICS, load_metric, metric_path

LABELS = [0, 0, 0, 0, 1, 1, 1, 1]
P_FAKE = [0.1, 0.2, 0.4, 0.7, 0.3, 0.7, 0.8, 0.9]
NEEDS_BOTH_CLASSES = ("average_precision", "balanced_accuracy", "real_fake_accuracy", "roc_auc", "tpr_at_fpr")

pytestmark = pytest.mark.usefixtures("metrics_cache")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # 3 of 4 reals below 0.5, 3 of 4 fakes at or above it.
        ("balanced_accuracy", {"balanced_accuracy": 0.75}),
        ("real_fake_accuracy", {"real_accuracy": 0.75, "fake_accuracy": 0.75}),
        # Of 16 pairs, fake 0.3 beats 2, fake 0.7 beats 3 and ties with 1, fakes 0.8 and 0.9 beat 4 each.
        ("roc_auc", {"roc_auc": 13.5 / 16}),
        # Recall 1/4, 2/4, 3/4 (with the tying real), 4/4 at precisions 1, 1, 3/4, 4/6.
        ("average_precision", {"average_precision": (1 + 1 + 3 / 4 + 4 / 6) / 4}),
        # No false alarm is allowed among four reals: only 0.8 and 0.9 lie above every real.
        ("tpr_at_fpr", {"tpr_at_fpr_1": 0.5, "tpr_at_fpr_5": 0.5}),
        # Bins of 1/15: 0.7 holds a real and a fake (|1.4 - 1|); 0.1, 0.2, 0.4, 0.3, 0.8, 0.9 stand alone.
        ("ece", {"ece": (0.1 + 0.2 + 0.4 + 0.4 + 0.7 + 0.2 + 0.1) / 8}),
        ("brier", {"brier": (0.01 + 0.04 + 0.16 + 0.49 + 0.49 + 0.09 + 0.04 + 0.01) / 8}),
    ],
)
def test_metric_gives_the_value_computed_by_hand(name: str, expected: dict[str, float]) -> None:
    found = load_metric(name).compute(predictions=P_FAKE, references=LABELS)

    assert found == pytest.approx(expected)


@pytest.mark.parametrize("name", NEEDS_BOTH_CLASSES)
def test_metric_that_needs_both_classes_is_null_without_reals(name: str) -> None:
    found = load_metric(name).compute(predictions=[0.2, 0.9], references=[1, 1])

    assert found.pop("fake_accuracy", 0.5) == 0.5
    assert set(found.values()) == {None}


def test_every_metric_is_listed() -> None:
    modules = metric_path(METRICS[0]).parent.glob("*.py")

    assert sorted(METRICS) == sorted(file.stem for file in modules if "(evaluate.Metric)" in file.read_text())


def test_unknown_metric_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="no metric 'f1'; known are average_precision, "):
        metric_path("f1")


def test_metrics_combine() -> None:
    together = evaluate.combine([load_metric(name) for name in METRICS])

    found = together.compute(predictions=P_FAKE, references=LABELS)

    for name in METRICS:
        assert load_metric(name).compute(predictions=P_FAKE, references=LABELS).items() <= found.items()


@pytest.fixture(scope="module")
def saved_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    config = ResNetConfig(
        embedding_size=8,
        hidden_sizes=[8, 8],
        depths=[1, 1],
        layer_type="basic",
        id2label={0: "real", 1: "fake"},
        label2id={"real": 0, "fake": 1},
    )
    folder = tmp_path_factory.mktemp("model")
    model = ResNetForImageClassification(config)
    torch.nn.init.normal_(model.classifier[1].weight, std=3.0)
    model.save_pretrained(folder)
    ConvNextImageProcessorPil(size={"shortest_edge": 32}, crop_pct=1.0).save_pretrained(folder)
    return folder


@pytest.fixture
def crops(photo_paths: list[Path]) -> datasets.Dataset:
    pictures = [Image.open(path).convert("RGB").crop((0, 0, 80, 80)) for path in photo_paths]
    features = datasets.Features(image=datasets.Image(), label=datasets.ClassLabel(names=["real", "fake"]))
    return datasets.Dataset.from_dict({"image": pictures, "label": [0, 1, 0, 1, 0, 1]}, features=features)


def test_evaluator_of_evaluate_works_with_our_metrics(saved_model: Path, crops: datasets.Dataset) -> None:
    classify = pipeline("image-classification", model=str(saved_model))
    winners = [max(entry, key=lambda e: e["score"])["label"] for entry in classify(crops["image"][:])]
    expected = {
        "real_accuracy": sum(winners[i] == "real" for i in (0, 2, 4)) / 3,
        "fake_accuracy": sum(winners[i] == "fake" for i in (1, 3, 5)) / 3,
    }

    found = evaluate.evaluator("image-classification").compute(
        model_or_pipeline=str(saved_model),
        data=crops,
        metric=load_metric("real_fake_accuracy"),
        label_mapping={"real": 0, "fake": 1},
    )

    assert {name: found[name] for name in expected} == pytest.approx(expected)


def test_our_evaluator_gives_the_metrics_probabilities(saved_model: Path, crops: datasets.Dataset) -> None:
    classify = pipeline("image-classification", model=str(saved_model))
    p_fake = [next(e["score"] for e in entry if e["label"] == "fake") for entry in classify(crops["image"][:])]

    found = FakeProbabilityEvaluator().compute(
        model_or_pipeline=classify, data=crops, metric=evaluate.combine([load_metric("brier"), load_metric("roc_auc")])
    )

    expected = sum((p - label) ** 2 for p, label in zip(p_fake, crops["label"][:], strict=True)) / 6
    assert found["brier"] == pytest.approx(expected)
    assert 0 <= found["roc_auc"] <= 1
