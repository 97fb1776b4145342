"""The card of a model: whole after a short training, honest about what is not known, valid for the Hub."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from huggingface_hub import ModelCard
from tiny_recipe import recipe_values
from whole_card import assert_whole

from hub_card.model_card import MARKER, render_model_card, usage, write_figures, write_model_card
from hub_card.model_records import read_model_facts
from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.evaluate import calibrate_folder, evaluate
from realfake_hf.records.audit import AuditResult
from realfake_hf.records.evasion import EvasionResult, EvasionTable
from realfake_hf.records.peers import PeerComparison, PeerResult
from realfake_hf.training.recipe import recipe_from_dict
from realfake_hf.training.train import train
from realfake_hf.weights import embedded_model_path, embedded_models

WHOLE = Path(__file__).with_name("model_card_of_two_steps.md")


def test_whole_card_after_two_steps(make_imagefolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = make_imagefolder({"train": 8, "val": 4}, size=64)
    (data / "sources.yaml").write_text("real-source-0: {label: real, from: my camera, licence: CC0}\n")
    run = tmp_path / "runs" / "tiny"
    recipe = recipe_from_dict({**recipe_values(), "description": "Two steps for a test."})
    train(recipe, data=data, output=run, quiet=True, notes=["from random weights", "quick"])
    calibrate_folder(run, data, max_fpr=0.2, workers=0)
    evaluate(data, model=run, output=run / "evaluations" / "val", tiers=["clean", "hard"], workers=0, page=False)
    write_figures(run)
    card = f"{render_model_card(read_model_facts(run, repo='me/tiny'))}\n"
    assert_whole(card, WHOLE)
    assert str(tmp_path) not in card


class TestFolderWithNothingBesideTheModel:
    def test_card_says_what_is_not_known(self, tiny_model: Path) -> None:
        card = str(render_model_card(read_model_facts(tiny_model, repo="me/net")))
        for told in (
            "license: unknown",
            "What it was trained on is not recorded beside it.",
            "The data were not audited",
            "It was not measured yet: run `realfake evaluate DATA --model me/net --output DIR`",
            "It is not calibrated",
            "Nobody stated a licence",
            "custom_code",
        ):
            assert told in card

    def test_nothing_is_left_to_fill_in(self, tiny_model: Path) -> None:
        card = str(render_model_card(read_model_facts(tiny_model)))
        assert not re.search(r"More Information Needed|\bNone\b|\{%|%\}|\n\n\n|model-index|CO2", card)


class TestTenSeconds:
    """Picture, what to expect, the snippet and where to try it come before data, figures and licences."""

    @pytest.mark.parametrize("name", embedded_models())
    def test_order(self, name: str) -> None:
        card = (embedded_model_path(name) / "README.md").read_text()
        marks = (
            "](figures/of-a-hundred.png)", "## What to expect in use", "| of 100 |", "## Use it", "```python",
            "In the browser", "## How good it is", "## Training data", "## Licence",
        )  # fmt: skip
        assert [card.index(mark) for mark in marks] == sorted(card.index(mark) for mark in marks)
        assert card.count("of-a-hundred.png") == 1

    def test_rows_are_those_of_the_evaluation(self) -> None:
        facts = read_model_facts(embedded_model_path())
        assert facts.headline is not None
        outcomes = facts.headline[1].tiers["clean"].outcomes
        assert outcomes is not None
        shares = outcomes.fakes.per_hundred()
        row = f"| AI-generated images | {shares['real']} | {shares['unsure']} | {shares['fake']} |"
        assert row in str(render_model_card(facts))
        assert sum(shares.values()) == 100

    def test_space_is_linked(self, tiny_model: Path) -> None:
        card = str(render_model_card(read_model_facts(tiny_model, repo="me/net", space="me/try-it")))
        assert "[me/try-it](https://huggingface.co/spaces/me/try-it)" in card
        assert "realfake demo" not in card


class TestRecords:
    @pytest.fixture
    def folder(self, tiny_model: Path, tmp_path: Path) -> Path:
        return Path(shutil.copytree(tiny_model, tmp_path / "net"))

    def test_audit_and_carbon_are_told_where_they_were_measured(self, folder: Path) -> None:
        AuditResult("fail", ["The fakes are PNG."], None, None, None, None, None, {}, None, 0).write(folder)
        (folder / "emissions.csv").write_text("timestamp,emissions\n1,0.0125\n2,0.0025\n")
        card = str(render_model_card(read_model_facts(folder)))
        assert "**fail**.\n- The fakes are PNG." in card
        assert "It caused 0.015 kg of CO2 equivalent" in card
        assert ModelCard(card).data.co2_eq_emissions["emissions"] == 15.0

    def test_other_detectors_stand_beside_it_where_they_were_asked(self, folder: Path) -> None:
        assert "Beside other detectors" not in str(render_model_card(read_model_facts(folder)))
        row = PeerResult("fresh", "clean", "another", 89.6, 300, 0.61, (0.55, 0.66), 0.7, 0.25)
        PeerComparison([row]).write(folder)
        text = str(render_model_card(read_model_facts(folder)))
        assert "| fresh | clean | another | 90 MB | 0.610 [0.550, 0.660] | 0.700 | 0.250 |" in text

    def test_evasion_stands_in_it_where_it_was_tried(self, folder: Path) -> None:
        assert "simple evasion" not in str(render_model_card(read_model_facts(folder)))
        rows = [EvasionResult("as they are", 0.75, 0.2, 0.014, 0.5, 0.0), EvasionResult("blur 2", 0.6, 0, 0, 0.4, None)]
        EvasionTable("unseen", 70, 50, rows).write(folder)
        text = str(render_model_card(read_model_facts(folder)))
        assert "on 70 photographs and 50 fakes of `unseen`" in text
        assert "| as they are | 0.750 | 20 | 1 | 0 |\n| blur 2 | 0.600 | 0 | 0 | - |\n" in text

    @pytest.mark.parametrize(
        ("text", "licence"),
        [
            ("MIT License\n", "mit"),
            ("Attribution-NonCommercial (CC BY-NC-SA 4.0); before: Apache License", "cc-by-nc-sa-4.0"),
            ("Do as you like.", "other"),
        ],
    )
    def test_licence_is_that_of_the_file_beside_the_model(self, folder: Path, text: str, licence: str) -> None:
        (folder / "LICENSE").write_text(text)
        assert read_model_facts(folder).licence == licence
        assert read_model_facts(folder, licence="mit").licence == "mit"

    def test_other_licence_is_in_the_file_to_which_the_front_matter_links(self, folder: Path) -> None:
        with pytest.raises(RealFakeError, match=r"Which other licence nobody could read: write it into a file LICENSE"):
            read_model_facts(folder, licence="other")
        (folder / "LICENSE").write_text("Do as you like.")
        data = render_model_card(read_model_facts(folder)).data
        assert (data.license, data.license_name, data.license_link) == ("other", "see-license-file", "LICENSE")

    def test_overrides_go_into_the_front_matter(self, folder: Path) -> None:
        facts = read_model_facts(folder, base_model="timm/some_net", datasets=("me/photos",))
        data = render_model_card(facts).data
        assert data.base_model == "timm/some_net"
        assert data.datasets == ["me/photos"]
        assert data.pipeline_tag == "image-classification"

    def test_damaged_calibration_is_named(self, folder: Path) -> None:
        (folder / "calibration.json").write_text("{}")
        with pytest.raises(
            RealFakeError,
            match=r"calibration\.json is damaged, or not a calibration \(.*'?temperature.*: calibrate the model again",
        ):
            read_model_facts(folder)

    def test_card_of_somebody_else_is_left_alone(self, folder: Path) -> None:
        card = write_model_card(folder)
        card.write_text(card.read_text().replace(MARKER, "") + "My own words.\n")
        before = card.read_text()
        assert write_model_card(folder).read_text() == before

    def test_folder_without_a_model_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(RealFakeError, match=r"holds no model \(no config\.json\)"):
            write_model_card(tmp_path)


class TestEmbeddedModels:
    @pytest.mark.parametrize("name", embedded_models())
    def test_card_is_what_its_records_say(self, name: str) -> None:
        folder = embedded_model_path(name)
        card = (folder / "README.md").read_text()
        assert card == f"{render_model_card(read_model_facts(folder))}\n", "run: python -m hub_card.model_card FOLDER"
        for figure in re.findall(r"!\[[^]]+\]\(([^)]+)\)", card):
            assert (folder / figure).is_file()
        assert {result.metric_type for result in ModelCard(card).data.eval_results} == {
            "balanced_accuracy",
            "roc_auc",
            "tpr_at_fpr_5",
        }

    def test_snippet_runs(
        self, photo_paths: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
    ) -> None:
        shutil.copyfile(photo_paths[0], tmp_path / "photo.jpg")
        monkeypatch.chdir(tmp_path)
        code = usage(read_model_facts(embedded_model_path("realfake-net")))
        assert len([line for line in code if line]) == 3
        exec("\n".join(code), {})
        assert "photo.jpg" in capsys.readouterr().out
