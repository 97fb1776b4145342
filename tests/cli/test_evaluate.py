"""`realfake evaluate`: results.json and predictions.parquet, for our models and others'."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path

import pytest

from realfake_hf import RealFakeImageProcessor
from realfake_hf.cli.measuring import ALL_SWEEPS
from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation import prepared_images
from realfake_hf.images.degradations.sweep import SWEEPS
from realfake_hf.pages import page as pages
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import EvaluationResult

from .conftest import one_sentence

OPTIONS = ("--tiers", "clean", "--workers", 0, "--no-page")


@pytest.fixture
def foreign_model(tmp_path: Path) -> Path:
    """A ResNet whose labels do not say which means fake."""
    from transformers import ResNetConfig, ResNetForImageClassification

    config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 8], depths=[1, 1])  # LABEL_0, LABEL_1
    ResNetForImageClassification(config).save_pretrained(tmp_path / "foreign")
    RealFakeImageProcessor(size=64).save_pretrained(tmp_path / "foreign")
    return tmp_path / "foreign"


def test_writes_results_and_predictions_of_every_tier(invoke, make_imagefolder, tiny_model, tmp_path):
    data, output = make_imagefolder({"train": 2, "val": 4}), tmp_path / "results"
    result = invoke("evaluate", data, "--model", tiny_model, "--output", output, "--workers", 0, "--no-page")
    assert result.exit_code == 0, result.output
    found = EvaluationResult.read(output / "results.json")
    assert list(found.tiers) == ["clean", "web", "hard"]
    assert (found.n_real, found.n_fake, found.dataset) == (4, 4, f"{data} (val)")
    assert len(Predictions.read(output / "predictions.parquet")) == 8 * 3
    assert sorted(path.name for path in output.iterdir()) == ["predictions.parquet", "results.json"]
    assert "balanced" in result.stdout
    assert "hard" in result.stdout


def test_json_is_results_json(invoke, make_imagefolder, tiny_model, tmp_path):
    data = make_imagefolder({"train": 2})
    result = invoke("evaluate", data, "-m", tiny_model, "-o", tmp_path / "out", *OPTIONS, "--json")
    assert json.loads(result.stdout) == json.loads((tmp_path / "out" / "results.json").read_text())


def test_a_sample_is_judged_and_named_as_one(invoke, make_imagefolder, tiny_model, tmp_path):
    data, out = make_imagefolder({"train": 5}), tmp_path / "out"
    result = invoke("evaluate", data, "-m", tiny_model, "-o", out, *OPTIONS, "--sample", 4, "--seed", 1)
    assert result.exit_code == 0, result.output
    found = EvaluationResult.read(out / "results.json")
    assert (found.n_real, found.n_fake, found.dataset) == (2, 2, f"{data}, 4 of 10 images")


def test_agrees_with_scan(invoke, make_imagefolder, tiny_model, tmp_path):
    data = make_imagefolder({"train": 3})
    invoke("evaluate", data, "--model", tiny_model, "--output", tmp_path / "out", *OPTIONS)
    scanned = invoke("scan", data, "--model", tiny_model).stdout
    by_path = {record["path"]: record["p_fake"] for record in map(json.loads, scanned.splitlines())}
    predictions = Predictions.read(tmp_path / "out" / "predictions.parquet")
    assert len(predictions) == 6
    for path, p_fake in zip(predictions.path, predictions.p_fake, strict=True):
        assert p_fake == pytest.approx(by_path[path], abs=1e-6)


def test_unreadable_image_is_named_and_left_out(invoke, make_imagefolder, tiny_model, tmp_path):
    data = make_imagefolder({"train": 3})
    broken = next((data / "train" / "real").rglob("*.jpg"))
    broken.write_bytes(b"")
    result = invoke("evaluate", data, "--model", tiny_model, "--output", tmp_path / "out", *OPTIONS)
    assert result.exit_code == 1
    assert str(broken) in result.stderr
    assert EvaluationResult.read(tmp_path / "out" / "results.json").n_real == 2


def test_one_class_leaves_metrics_that_need_both_null(invoke, make_imagefolder, tiny_model, tmp_path):
    data = make_imagefolder({"train": 3})
    shutil.rmtree(data / "train" / "fake")
    result = invoke("evaluate", data, "--model", tiny_model, "--output", tmp_path / "out", *OPTIONS)
    assert result.exit_code == 0
    tier = EvaluationResult.read(tmp_path / "out" / "results.json").tiers["clean"]
    assert tier.roc_auc is None
    assert tier.reasons["roc_auc"]
    assert tier.real_accuracy is not None


def test_third_party_labels_are_asked_for_not_guessed(invoke, make_imagefolder, foreign_model, tmp_path):
    data = make_imagefolder({"train": 2})
    refused = invoke("evaluate", data, "--model", foreign_model, "--output", tmp_path / "out", *OPTIONS)
    assert refused.exit_code == 2
    assert "--fake-label" in one_sentence(refused.stderr)
    told = ("--fake-label", "LABEL_1")
    assert invoke("evaluate", data, "-m", foreign_model, "-o", tmp_path / "out", *OPTIONS, *told).exit_code == 0


def test_model_that_tells_other_things_apart_is_refused(invoke, make_imagefolder, foreign_model, tmp_path):
    config = json.loads((foreign_model / "config.json").read_text())
    config |= {"id2label": {"0": "cat", "1": "dog"}, "label2id": {"cat": 0, "dog": 1}}
    (foreign_model / "config.json").write_text(json.dumps(config))
    result = invoke("evaluate", make_imagefolder({"train": 2}), "-m", foreign_model, "-o", tmp_path / "out", *OPTIONS)
    assert result.exit_code == 2
    assert "'cat', 'dog', which do not say which of them means fake" in one_sentence(result.stderr)


class TestOutput:
    def test_is_not_overwritten_unasked(self, invoke, make_imagefolder, tiny_model, tmp_path):
        data, out = make_imagefolder({"train": 2}), tmp_path / "out"
        arguments = ("evaluate", data, "--model", tiny_model, "--output", out, *OPTIONS)
        assert invoke(*arguments).exit_code == 0
        again = invoke(*arguments)
        assert again.exit_code == 2
        assert "--overwrite" in one_sentence(again.stderr)
        assert invoke(*arguments, "--overwrite").exit_code == 0

    def test_interrupted_evaluation_asks_for_resume(self, invoke, make_imagefolder, tiny_model, tmp_path):
        (tmp_path / "out" / "predictions-parts").mkdir(parents=True)
        arguments = ("evaluate", make_imagefolder({"train": 2}), "-m", tiny_model, "-o", tmp_path / "out", *OPTIONS)
        assert "--resume" in one_sentence(invoke(*arguments).stderr)
        assert invoke(*arguments, "--resume").exit_code == 0
        assert not (tmp_path / "out" / "predictions-parts").exists()


class TestSplit:
    def test_that_nothing_tells_is_asked_for(self, invoke, make_imagefolder, tiny_model, tmp_path):
        data = make_imagefolder({"train": 2, "unseen": 2})
        arguments = ("evaluate", data, "--model", tiny_model, "--output", tmp_path / "out", *OPTIONS)
        assert "train, unseen: name the one to use with --split" in one_sentence(invoke(*arguments).stderr)
        assert invoke(*arguments, "--split", "unseen").exit_code == 0

    def test_unknown(self, invoke, make_imagefolder, tiny_model, tmp_path):
        result = invoke(
            "evaluate", make_imagefolder(), "-m", tiny_model, "-o", tmp_path / "out", "--split", "nope", *OPTIONS
        )
        assert result.exit_code == 2
        assert "nope" in one_sentence(result.stderr)


class TestPage:
    def test_stands_beside_the_results_with_figures_and_mistakes(self, invoke, make_imagefolder, tiny_model, tmp_path):
        out = tmp_path / "out"
        result = invoke("evaluate", make_imagefolder({"val": 6}), "-m", tiny_model, "-o", out, *OPTIONS[:-1])
        assert result.exit_code == 0, result.output
        assert {path.name for path in out.iterdir()} == {
            "figures", "mistakes.png", "page.html", "predictions.parquet", "results.json",
        }  # fmt: skip
        figures = {path.stem: path.read_bytes() for path in (out / "figures").iterdir()}
        assert set(figures) == {"roc", "precision-recall", "reliability", "sources", "scores"}
        page = (out / "page.html").read_text()
        assert all(base64.b64encode(drawn).decode() in page for drawn in figures.values())
        assert "Calibration error (ECE)" in page
        assert "has not been calibrated" in page

    def test_without_the_extra_is_left_out_and_said_so(
        self, invoke, make_imagefolder, tiny_model, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(pages, "find_spec", lambda name: None if name == "jinja2" else object())
        out = tmp_path / "out"
        result = invoke("evaluate", make_imagefolder({"val": 2}), "-m", tiny_model, "-o", out, *OPTIONS[:-1])
        assert result.exit_code == 0
        first = result.stderr.splitlines()[0]
        assert first.endswith("because jinja2 is not installed: pip install 'realfake-hf[report]'.")
        assert sorted(path.name for path in out.iterdir()) == ["predictions.parquet", "results.json"]

    def test_has_its_mistakes_without_heatmaps_where_the_model_has_none(
        self, invoke, make_imagefolder, tiny_model, tmp_path, monkeypatch
    ):
        def no_maps(*arguments: object, **options: object) -> None:
            raise RealFakeError("There is no heatmap of this network.")

        monkeypatch.setattr("realfake_hf.detection.heatmaps.heatmap_of", no_maps)
        out = tmp_path / "out"
        result = invoke("evaluate", make_imagefolder({"val": 2}), "-m", tiny_model, "-o", out, *OPTIONS[:-1])
        assert result.exit_code == 0
        assert "left out: There is no heatmap of this network." in result.stderr
        assert (out / "mistakes.png").exists()
        assert "The worst mistakes" in (out / "page.html").read_text()

    def test_of_the_replaced_evaluation_does_not_stay(self, invoke, make_imagefolder, tiny_model, tmp_path):
        data, out = make_imagefolder({"val": 2}), tmp_path / "out"
        (out / "figures").mkdir(parents=True)
        for name in ("page.html", "mistakes.png", "robustness.json", "figures/roc.svg", "results.json"):
            (out / name).write_text("old")
        invoke("evaluate", data, "-m", tiny_model, "-o", out, *OPTIONS, "--overwrite")
        assert sorted(path.name for path in out.rglob("*.*")) == ["predictions.parquet", "results.json"]


class TestSweep:
    def test_is_measured_in_the_same_pass(self, invoke, make_imagefolder, tiny_model, tmp_path, monkeypatch):
        opened = []
        original = prepared_images.open_stored
        monkeypatch.setattr(prepared_images, "open_stored", lambda *a, **k: opened.append(1) or original(*a, **k))
        arguments = ("-m", tiny_model, "-o", tmp_path / "out", *OPTIONS, "--sweep", "blur,scale")
        result = invoke("evaluate", make_imagefolder({"val": 2}), *arguments)
        assert result.exit_code == 0, result.output
        assert len(opened) == 4
        points = json.loads((tmp_path / "out" / "robustness.json").read_text())["points"]
        assert [point["value"] for point in points if point["sweep"] == "blur"] == [0.0, 0.5, 1.0, 1.5, 2.0, 3.0]
        assert len(points) == 6 + 7
        assert set(Predictions.read(tmp_path / "out" / "predictions.parquet").tier) == {"clean"}
        found = EvaluationResult.read(tmp_path / "out" / "results.json")
        assert list(found.tiers) == ["clean"]
        assert points[0]["metrics"]["roc_auc"] == found.tiers["clean"].roc_auc  # no blur: the image as it is

    def test_without_names_is_all_of_them(self):
        assert ",".join(SWEEPS) == ALL_SWEEPS

    @pytest.mark.parametrize("sweep", ["rain", "photos/"])
    def test_unknown(self, invoke, make_imagefolder, tiny_model, tmp_path, sweep):
        result = invoke("evaluate", make_imagefolder(), "-m", tiny_model, "-o", tmp_path / "out", "--sweep", sweep)
        assert result.exit_code == 2
        assert f"no sweep '{sweep}': choose from jpeg" in one_sentence(result.stderr)


def test_unknown_tier(invoke, make_imagefolder, tiny_model, tmp_path):
    result = invoke("evaluate", make_imagefolder(), "-m", tiny_model, "-o", tmp_path / "out", "--tiers", "clean,mud")
    assert result.exit_code == 2
    assert "no tier 'mud'" in one_sentence(result.stderr)


def test_what_it_takes_is_said_before(invoke, make_imagefolder, tiny_model, tmp_path):
    arguments = ("evaluate", make_imagefolder({"val": 2}), "-m", tiny_model, "-o", tmp_path / "out", *OPTIONS[2:])
    first = invoke(*arguments).stderr.splitlines()[0]
    assert first == "4 images to judge, 3 versions of each: 12 judgements."
