"""Where training finds the audit of its data."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from realfake_hf.data.auditing import AuditResult, load_verdict
from realfake_hf.errors import RealFakeError


@pytest.fixture
def result() -> AuditResult:
    return AuditResult("warn", ["Borders tell."], 0.5, 0.7, 0.6, None, None, {"border_auc": [0.65, 0.75]}, None, 0)


def write(result: AuditResult, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    result.write(folder)
    return folder / "audit.json"


def test_lies_in_a_folder_of_data(result, tmp_path):
    write(result, tmp_path / "data")
    assert load_verdict(tmp_path / "data") == result


def test_lies_beside_a_parquet_file(result, tmp_path):
    write(result, tmp_path)
    (tmp_path / "train.parquet").touch()
    assert load_verdict(tmp_path / "train.parquet") == result


def test_data_without_one_and_hub_names_have_none(tmp_path):
    assert load_verdict(tmp_path) is None
    assert load_verdict("somebody/dataset") is None


def test_one_that_is_named_must_be_there(tmp_path):
    with pytest.raises(RealFakeError, match="realfake audit"):
        load_verdict(tmp_path, audit=tmp_path / "audit.json")


@pytest.mark.parametrize("content", ["", "[]", '{"verdict": "fine"}', '{"verdict": "pass"}'])
def test_other_files_are_no_audit(tmp_path, content):
    (tmp_path / "audit.json").write_text(content)
    with pytest.raises(RealFakeError, match="is damaged, or not an audit"):
        load_verdict(tmp_path)


def test_what_a_later_version_added_is_passed_over(result, tmp_path):
    (tmp_path / "audit.json").write_text(json.dumps({**asdict(result), "colour": 1}))
    assert load_verdict(tmp_path) == result
