"""The file of a scan: nothing is lost by a kill, nothing overwritten unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from realfake_hf.detection.scanning.scan_output import ScanOutput
from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError
from realfake_hf.records.scan import SUFFIXES, read_records

FIRST, SECOND = (Verdict(name, "real", 0.25, width=4, height=3, format="PNG").record for name in ("a", "b"))


def written(file: Path, *records: dict[str, object], finish: bool = True, **options: bool) -> None:
    output = ScanOutput(file, **options)
    for record in records:
        output.write(record)
    if finish:
        output.finish()
    else:
        output.close()


@pytest.fixture(params=SUFFIXES)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"verdicts{request.param}"


def test_finished_file_holds_the_records_and_no_other_file_is_left(file):
    written(file, FIRST, SECOND)
    assert list(read_records(file)) == [FIRST, SECOND]
    assert list(file.parent.iterdir()) == [file]


def test_record_is_on_the_disk_at_once(file):
    output = ScanOutput(file)
    output.write(FIRST)
    assert list(read_records(output.journal)) == [FIRST]
    output.close()


def test_what_is_written_to_a_file_that_was_removed_is_not_lost_without_a_word(file):
    output = ScanOutput(file)
    output.write(FIRST)
    output.journal.unlink()
    for go_on in (lambda: output.write(SECOND), output.finish):
        with pytest.raises(RealFakeError, match="was removed or replaced while the scan wrote it: scan again"):
            go_on()
    output.journal.write_text("somebody else's\n")
    with pytest.raises(RealFakeError, match="was removed or replaced"):
        output.finish()
    output.close()
    assert output.journal.read_text() == "somebody else's\n"


def test_interrupted_file_is_continued(file):
    written(file, FIRST, finish=False)
    resumed = ScanOutput(file, resume=True)
    assert list(resumed.earlier()) == [FIRST]
    resumed.write(SECOND)
    resumed.finish()
    assert list(read_records(file)) == [FIRST, SECOND]


def test_finished_file_is_continued(file):
    written(file, FIRST)
    resumed = ScanOutput(file, resume=True)
    assert list(resumed.earlier()) == [FIRST]
    resumed.write(SECOND)
    resumed.finish()
    assert list(read_records(file)) == [FIRST, SECOND]
    assert list(file.parent.iterdir()) == [file]


def test_resuming_what_never_began_begins(file):
    resumed = ScanOutput(file, resume=True)
    assert list(resumed.earlier()) == []
    resumed.write(FIRST)
    resumed.finish()
    assert list(read_records(file)) == [FIRST]


def test_existing_file_is_not_touched_unasked(file):
    written(file, FIRST)
    with pytest.raises(RealFakeError, match=r"exists: continue it with `resume`, or replace it with `overwrite`"):
        ScanOutput(file)
    written(file, SECOND, overwrite=True)
    assert list(read_records(file)) == [SECOND]


def test_left_over_of_an_interrupted_scan_is_not_touched_unasked(file):
    written(file, FIRST, finish=False)
    with pytest.raises(RealFakeError, match="`resume`"):
        ScanOutput(file)


def test_file_of_something_else_is_not_continued(file):
    file.write_bytes(b"precious\nnotes\n")
    with pytest.raises(RealFakeError, match="does not hold the records"):
        list(ScanOutput(file, resume=True).earlier())
    assert file.read_bytes() == b"precious\nnotes\n"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("v.xlsx", r"must end in \.jsonl, \.csv or \.parquet"), ("no/v.csv", "folder of `output`"), ("f.csv", "a folder")],
)
def test_wrong_names(tmp_path, name, sentence):
    (tmp_path / "f.csv").mkdir()
    with pytest.raises(RealFakeError, match=sentence):
        ScanOutput(tmp_path / name)


def test_overwrite_and_resume_contradict_each_other(tmp_path):
    with pytest.raises(RealFakeError, match="contradict"):
        ScanOutput(tmp_path / "v.csv", overwrite=True, resume=True)


@pytest.mark.parametrize("suffix", SUFFIXES)
class TestUrl:
    @pytest.fixture
    def url(self, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setenv("REALFAKE_CACHE", str(tmp_path / "cache"))
        return f"file://{tmp_path}/store/verdicts{suffix}"

    def test_nothing_is_there_before_the_end_and_everything_after_it(self, url, suffix, tmp_path):
        written(url, FIRST, finish=False)
        there = tmp_path / "store" / f"verdicts{suffix}"
        assert not there.exists()
        with pytest.raises(RealFakeError, match=r"left from an interrupted scan|exists: continue"):
            ScanOutput(url)
        output = ScanOutput(url, resume=True)
        assert list(output.earlier()) == [FIRST]
        output.write(SECOND)
        output.finish()
        assert list(read_records(there)) == [FIRST, SECOND]
        assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]

    def test_another_machine_goes_on_with_it(self, url, suffix, tmp_path, monkeypatch):
        written(url, FIRST)
        monkeypatch.setenv("REALFAKE_CACHE", str(tmp_path / "other"))
        with pytest.raises(RealFakeError, match=f"file://.*verdicts{suffix} exists: continue it with `resume`"):
            ScanOutput(url)
        output = ScanOutput(url, resume=True)
        assert list(output.earlier()) == [FIRST]
        output.write(SECOND)
        output.finish()
        assert list(read_records(tmp_path / "store" / f"verdicts{suffix}")) == [FIRST, SECOND]
