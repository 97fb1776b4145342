"""What a data set's card counts and says of its sources."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hub_card.dataset_facts import DatasetFacts, Probe, SourceRow, collected_facts, count_images, read_facts
from realfake_hf.records.align import AlignRecord, AlignSettings
from realfake_hf.records.audit import AuditResult
from realfake_hf.records.environment import package_version

COUNTS = {
    ("train", "fake", "sdxl"): 5,
    ("train", "real", "phone"): 4,
    ("train", "real", ""): 2,
    ("test", "real", "phone"): 3,
}


def collected(folder: Path) -> DatasetFacts:
    return collected_facts(COUNTS, folder, title="Photos")


def test_images_are_counted_by_class_split_and_source(tmp_path: Path) -> None:
    facts = collected(tmp_path)
    assert (facts.images, facts.real, facts.fake) == (14, 9, 5)
    assert facts.splits == ["train", "test"]
    assert list(facts.by_split()) == [("train", 6, 5), ("test", 3, 0)]
    assert facts.by_source() == [
        SourceRow("real", "", 2),
        SourceRow("real", "phone", 7),
        SourceRow("fake", "sdxl", 5),
    ]


def test_columns_are_counted_by_split_label_and_source() -> None:
    splits = [("train", [1, 0, 1], ["sdxl", None, "sdxl"]), ("test", [0], [""])]
    assert count_images(splits) == {
        ("train", "real", ""): 1,
        ("train", "fake", "sdxl"): 2,
        ("test", "real", ""): 1,
    }


def test_origins_are_those_of_the_file_beside_the_data(tmp_path: Path) -> None:
    assert collected(tmp_path).unlicensed() == ["unnamed sources", "phone", "sdxl"]
    (tmp_path / "sources.yaml").write_text("phone: {from: my phone, licence: CC0}\nsdxl: {from: a friend}\n")
    facts = collected(tmp_path)
    assert facts.unlicensed() == ["unnamed sources", "sdxl"]
    assert facts.by_source()[1:] == [
        SourceRow("real", "phone", 7, "my phone", "CC0"),
        SourceRow("fake", "sdxl", 5, "a friend"),
    ]


def test_version_and_limits_are_told(tmp_path: Path) -> None:
    facts = collected(tmp_path)
    assert facts.version == package_version("realfake-hf")
    assert facts.limits[0].startswith("The classes may differ in format")


def test_probes_are_those_that_the_audit_could_try(tmp_path: Path) -> None:
    assert collected(tmp_path).probes == []
    AuditResult("pass", [], 0.0, None, 0.6, None, None, {"thumbnail_auc": [0.5, 0.7]}, None, 0).write(tmp_path)
    assert collected(tmp_path).probes == [
        Probe("the stored files' metadata", 0.0, None, None),
        Probe("a 16 px thumbnail", 0.6, 0.5, 0.7),
    ]


def test_a_reconstruction_is_from_its_photographs_and_has_their_licence(tmp_path: Path) -> None:
    settings = AlignSettings("/home/me/photos", "taesd", "0" * 64, "auto", 256, 1, None, 0.2, 0.2, 30)
    AlignRecord(settings, complete=True, versions={}).write(tmp_path)
    (tmp_path / "sources.yaml").write_text("phone: {from: my phone, licence: CC0}\n")
    for split in ("train", "test"):
        (tmp_path / split).mkdir()
        table = pa.table({"label": [0, 1, 1], "source": ["phone", "taesd-phone", "taesd-other"]})
        pq.write_table(table, tmp_path / split / "metadata.parquet")

    facts = read_facts(tmp_path, title="Pairs")

    assert facts.by_source() == [
        SourceRow("real", "phone", 2, "my phone", "CC0"),
        SourceRow("fake", "taesd-other", 2, "other, through taesd"),
        SourceRow("fake", "taesd-phone", 2, "phone, through taesd", "CC0"),
    ]
    assert facts.splits == ["train", "test"]
    assert "taesd" in facts.made
    assert facts.settings["tile"] == 256
    assert not {"photos", "split"} & set(facts.settings)
    assert facts.usage[-1] == 'images = load_dataset("OWNER/NAME")'
