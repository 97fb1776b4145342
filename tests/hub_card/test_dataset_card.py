"""The card that goes to the Hub with a data set: read from the folder, valid, and never silent about licences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from huggingface_hub import DatasetCard
from whole_card import assert_whole

from hub_card.dataset_card import MARKER, render_dataset_card, size_category, write_dataset_card
from hub_card.dataset_facts import read_facts
from realfake_hf.data.preparing.prepare import prepare
from realfake_hf.errors import RealFakeError
from realfake_hf.records.audit import AuditResult

AUDIT = AuditResult(
    verdict="warn",
    reasons=["Thumbnails tell 80 % of the fakes: mix the contents."],
    metadata_auc=0.512,
    border_auc=None,
    thumbnail_auc=0.8,
    real_vs_real_auc=0.61,
    original_metadata_auc=None,
    ci95={"metadata_auc": [0.45, 0.57], "thumbnail_auc": [0.7, 0.9]},
    strongest_feature=None,
    near_duplicates_across_splits=0,
)


@pytest.fixture
def prepared(make_imagefolder, tmp_path):
    """A folder of `prepare` with two sizes."""
    prepare(
        make_imagefolder({"train": 6, "test": 4}),
        tmp_path / "prepared",
        sizes=(32, 48),
        val=0,
        workers=1,
        write_card=write_dataset_card,
    )
    return tmp_path / "prepared"


def test_whole_card_of_two_sizes(prepared, tmp_path):
    (prepared / "sources.yaml").write_text("real-source-0: {from: my camera, licence: CC0}\n")
    AUDIT.write(prepared)
    card = f"{render_dataset_card(read_facts(prepared, title='My photos', licence='cc-by-4.0'))}\n"
    assert_whole(card, Path(__file__).with_name("dataset_card_of_two_sizes.md"))


class TestFrontMatter:
    def test_says_what_the_hub_asks_for(self, prepared):
        data = render_dataset_card(read_facts(prepared, title="My photos", licence="cc-by-4.0")).data.to_dict()
        assert data["pretty_name"] == "My photos"
        assert data["license"] == "cc-by-4.0"
        assert data["task_categories"] == ["image-classification"]
        assert data["size_categories"] == ["n<1K"]

    def test_names_the_files_of_every_size_and_split(self, prepared):
        configs = DatasetCard.load(write_dataset_card(prepared)).data.to_dict()["configs"]
        assert [config["config_name"] for config in configs] == ["32", "48"]
        assert configs[1]["data_files"] == [
            {"split": "train", "path": "48/train/**"},
            {"split": "test", "path": "48/test/**"},
        ]

    def test_datasets_loads_the_folder_by_its_card(self, prepared, tmp_path):
        from datasets import load_dataset

        loaded = load_dataset(str(prepared), "48", cache_dir=str(tmp_path / "cache"))
        assert set(loaded) == {"train", "test"}
        assert loaded["test"].features["label"].names == ["real", "fake"]
        assert loaded["test"][0]["image"].size == (48, 48)

    @pytest.mark.parametrize(("images", "name"), [(999, "n<1K"), (1000, "1K<n<10K"), (123_456, "100K<n<1M")])
    def test_size_category(self, images, name):
        assert size_category(images) == name


class TestText:
    def test_counts_are_those_of_the_data(self, prepared):
        text = write_dataset_card(prepared).read_text()
        facts = read_facts(prepared)
        assert f"{facts.images} images, {facts.real} real and {facts.fake} fake" in text
        assert facts.images == len(list((prepared / "32").rglob("*.jpg")))
        for split, real, fake in facts.by_split():
            assert f"| {split} | {real} | {fake} |" in text

    def test_nothing_is_left_to_fill_in(self, prepared):
        text = write_dataset_card(prepared).read_text()
        assert "More Information Needed" not in text
        assert not re.search(r"\{\{|\}\}|\{%|None\b", text)

    def test_path_of_the_originals_stays_private(self, prepared, tmp_path):
        assert str(tmp_path) not in write_dataset_card(prepared).read_text()

    def test_licences_that_nobody_stated_are_asked_for(self, prepared):
        text = write_dataset_card(prepared).read_text()
        assert "No licence was stated for real-source-0, real-source-1, fake-source-0, fake-source-1" in text

    def test_what_the_user_knows_of_the_sources_is_told(self, prepared):
        (prepared / "sources.yaml").write_text("real-source-0: {from: my camera, licence: CC0}\n")
        text = write_dataset_card(prepared).read_text()
        assert re.search(r"\| real \| real-source-0 \| \d+ \| my camera \| CC0 \|", text)
        assert "No licence was stated for real-source-1, fake-source-0, fake-source-1" in text

    def test_audit_beside_the_data_is_told(self, prepared):
        assert "It has not been audited" in write_dataset_card(prepared).read_text()
        AUDIT.write(prepared)
        text = write_dataset_card(prepared).read_text()
        assert "**warn**" in text
        assert "| the stored files' metadata | 0.512 | 0.450 to 0.570 |" in text
        assert "| metadata and borders, to tell real sources apart | 0.610 |  |" in text
        assert "outermost" not in text
        assert "- Thumbnails tell 80 % of the fakes: mix the contents." in text


class TestWriting:
    def test_card_follows_the_data(self, prepared):
        first = write_dataset_card(prepared).read_text()
        AUDIT.write(prepared)
        assert write_dataset_card(prepared).read_text() != first

    def test_card_of_somebody_else_is_left_alone(self, prepared):
        card = prepared / "README.md"
        card.write_text(card.read_text().replace(f"<!-- {MARKER} -->", "") + "My own words.\n")
        before = card.read_text()
        AUDIT.write(prepared)
        assert write_dataset_card(prepared).read_text() == before

    def test_prepare_writes_it(self, prepared):
        assert MARKER in (prepared / "README.md").read_text()

    def test_folder_of_another_kind_is_refused(self, tmp_path):
        with pytest.raises(RealFakeError, match="neither `realfake prepare` nor `realfake align`"):
            write_dataset_card(tmp_path)

    @pytest.mark.parametrize(("name", "content"), [("sources.yaml", "- a list"), ("audit.json", "{")])
    def test_damaged_file_is_named(self, prepared, name, content):
        (prepared / name).write_text(content)
        with pytest.raises(RealFakeError, match=f"{name} (cannot be read|is damaged)"):
            write_dataset_card(prepared)

    def test_title_with_yaml_in_it_survives(self, prepared):
        card = render_dataset_card(read_facts(prepared, title='a: "b" # c'))
        assert DatasetCard(str(card)).data.pretty_name == 'a: "b" # c'
