"""Records come back from every format as they went in."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError
from realfake_hf.images.provenance import Provenance
from realfake_hf.images.provenance.camera import Camera
from realfake_hf.images.provenance.content_credentials import Action, ContentCredentials
from realfake_hf.images.provenance.generator_claim import GeneratorClaim
from realfake_hf.images.provenance.source_type import SourceType
from realfake_hf.records.scan import cut_half_a_line, path_key, read_records, write_records

DECLARED = Provenance.of(
    (GeneratorClaim("ComfyUI", "PNG text 'prompt'", "made", prompt="a, b; c"),),
    SourceType.of("trainedAlgorithmicMedia", "XMP"),
    ContentCredentials("Valid", actions=(Action("c2pa.created", "digitalCapture"),), ingredients=0),
    Camera("Canon", "EOS R5"),
)
RECORDS = [
    Verdict(
        "a, b.jpg",
        "fake",
        0.1 + 0.2,
        width=640,
        height=480,
        format="JPEG",
        warnings=["too small", "x"],
        share_seen=0.6,
    ).record,
    Verdict('quo"te\n.png', "real", 0.25, width=1, height=2, format="PNG", provenance=DECLARED).record,
    Verdict("größe-画.jpg", error="größe-画.jpg is empty.").record,
]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_round_trip(tmp_path, suffix):
    file = tmp_path / os.fsdecode(b"no UTF-8 \xff") / f"records{suffix}"
    write_records(RECORDS, file)
    assert list(read_records(file)) == RECORDS
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_records_without_the_share_that_was_seen_are_read(tmp_path):
    file = tmp_path / "records.jsonl"
    earlier = {name: value for name, value in json.loads(RECORDS[0].to_json()).items() if name != "share_seen"}
    file.write_text(json.dumps(earlier) + "\n", encoding="utf-8")
    assert list(read_records(file)) == [replace(RECORDS[0], share_seen=None)]


@pytest.mark.parametrize("lacking", [("model", "bytes", "modified"), ("modified",)])
def test_records_without_the_state_of_their_files_are_an_earlier_versions(tmp_path, lacking):
    file = tmp_path / "records.jsonl"
    earlier = {name: value for name, value in json.loads(RECORDS[0].to_json()).items() if name not in lacking}
    file.write_text(json.dumps(earlier) + "\n", encoding="utf-8")
    with pytest.raises(RealFakeError, match="has records of an earlier version"):
        list(read_records(file))


def test_csv_reads_in_a_spreadsheet(tmp_path):
    write_records(RECORDS, tmp_path / "r.csv")
    with (tmp_path / "r.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["warnings"] == "too small; x"
    assert rows[2]["p_fake"] == ""


def test_parquet_has_numbers_and_lists(tmp_path):
    write_records(RECORDS, tmp_path / "r.parquet")
    table = pq.read_table(tmp_path / "r.parquet")
    assert table.column("p_fake").to_pylist() == [0.1 + 0.2, 0.25, None]
    assert table.column("warnings").to_pylist()[0] == ["too small", "x"]


def test_no_records_make_a_table_without_rows(tmp_path):
    for suffix in (".csv", ".parquet"):
        write_records([], tmp_path / f"empty{suffix}")
        assert list(read_records(tmp_path / f"empty{suffix}")) == []


@given(st.text(st.characters(), max_size=20))
def test_any_file_name_is_one_line_of_utf8(name):
    line = replace(RECORDS[0], path=name).to_json()
    assert "\n" not in line
    assert json.loads(line.encode("utf-8"))["path"] == name
    assert path_key(path_key(name)) == path_key(name)


FORMULAS = ["=1+1", "+1", "-1", "@x", "\tx", "'=1", "''@", "'plain", "'", "-", '=HYPERLINK("http://x").jpg']


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_is_a_formula_and_names_come_back(tmp_path, name):
    write_records([replace(RECORDS[0], path=name, error=name)], tmp_path / "r.csv")
    with (tmp_path / "r.csv").open(newline="", encoding="utf-8") as stream:
        _, row = csv.reader(stream)
    assert not [cell for cell in row if cell[:1] in "=+-@\t\r" and cell]
    (record,) = read_records(tmp_path / "r.csv")
    assert (record.path, record.error) == (name, name)


class TestHalfALine:
    def test_is_dropped(self, tmp_path):
        whole = RECORDS[0].to_json() + "\n"
        for length in (1, 20, len(whole) - 3):
            (tmp_path / "r.jsonl").write_text(whole + whole[:length])
            cut_half_a_line(tmp_path / "r.jsonl")
            assert (tmp_path / "r.jsonl").read_text() == whole

    def test_of_the_very_first_record(self, tmp_path):
        (tmp_path / "r.jsonl").write_text('{"path": "a')
        cut_half_a_line(tmp_path / "r.jsonl")
        assert (tmp_path / "r.jsonl").read_text() == ""

    def test_whole_line_that_only_lacks_its_end_is_kept(self, tmp_path):
        (tmp_path / "r.jsonl").write_text(RECORDS[0].to_json())
        cut_half_a_line(tmp_path / "r.jsonl")
        assert list(read_records(tmp_path / "r.jsonl")) == RECORDS[:1]

    def test_of_a_file_that_is_no_scans_is_left_alone(self, tmp_path):
        (tmp_path / "notes.jsonl").write_text('{"note": 1}\n{"note": ')
        cut_half_a_line(tmp_path / "notes.jsonl")
        assert (tmp_path / "notes.jsonl").read_text() == '{"note": 1}\n{"note": '


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.jsonl", b"not json\n"),
        ("r.jsonl", b"[1]\n"),
        ("r.jsonl", b'{"path": "a.jpg"}\n'),
        ("r.csv", b"other,columns\n1,2\n"),
        ("r.csv", b"\xff\xfe\x00"),
        ("r.parquet", b"PAR1"),
    ],
)
def test_file_of_something_else_is_refused_in_one_sentence(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RealFakeError, match="does not hold the records of a scan") as caught:
        list(read_records(tmp_path / name))
    assert "\n" not in str(caught.value)
