"""The journal outlives a kill: whole lines are found again, a torn one is not."""

from __future__ import annotations

import pytest

from realfake_hf.records.manifest import ImageRecord
from realfake_hf.storage.journal import Journal

KEYS = ["00000000000000aa", "ffffffffffffffff", "0123456789abcdef"]


def record(name: str) -> ImageRecord:
    return ImageRecord(name, 1, "sdxl", sha256="0" * 64)


def opened(path) -> Journal[ImageRecord]:
    return Journal(path, ImageRecord.to_json, ImageRecord.from_json)


def filled(path) -> Journal[ImageRecord]:
    journal = opened(path)
    for key in KEYS:
        journal.append(key, record(key))
    journal.refresh()
    return journal


def test_records_are_found_by_key_now_and_after_reopening(tmp_path):
    filled(tmp_path / "scan.jsonl").close()
    journal = opened(tmp_path / "scan.jsonl")
    assert len(journal) == 3
    for key in KEYS:
        assert key in journal
        assert journal.read(int(key, 16)) == record(key)
    assert "00000000000000ab" not in journal
    with pytest.raises(KeyError, match="0000000000000007"):
        journal.read(7)


def test_a_torn_line_is_cut_off_and_the_journal_goes_on(tmp_path):
    path = tmp_path / "scan.jsonl"
    filled(path).close()
    content = path.read_bytes()
    path.write_bytes(content[:-9])
    journal = opened(path)
    assert KEYS[2] not in journal
    journal.append(KEYS[2], record("again"))
    journal.close()
    assert len(path.read_bytes().splitlines()) == 3
    assert opened(path).read(int(KEYS[2], 16)) == record("again")


def test_the_last_record_of_a_key_wins(tmp_path):
    journal = filled(tmp_path / "scan.jsonl")
    journal.append(KEYS[0], record("newer"))
    journal.refresh()
    assert journal.read(int(KEYS[0], 16)).path == "newer"


def test_records_are_on_disk_when_append_returns(tmp_path):
    filled(tmp_path / "scan.jsonl")  # not closed: as a killed process leaves it
    assert len(opened(tmp_path / "scan.jsonl")) == 3
