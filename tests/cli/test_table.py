"""Rows that line up whatever file names hold."""

from __future__ import annotations

import pytest

from realfake_hf.cli.table import VerdictTable, printable, shorten, text_width, wrapped
from realfake_hf.detection.verdict import Verdict
from realfake_hf.images.provenance import Provenance


def test_rows_line_up_under_the_header():
    table = VerdictTable(["a.jpg", "some/long/name.jpg"], terminal_width=100, colour=False)
    rows = [
        table.header(),
        table.row(Verdict("a.jpg", "fake", 0.97, warnings=["too small", "heavily compressed"])),
        table.row(Verdict("some/long/name.jpg", "real", 0.004)),
        table.row(Verdict("gone.jpg", error="gone.jpg does not exist: check the path.")),
    ]
    assert rows == [
        "path                label   p_fake  notes",
        "a.jpg               fake      97 %  too small, heavily compressed",
        "some/long/name.jpg  real       1 %",
        "gone.jpg            -            -  does not exist: check the path.",
    ]


def test_narrow_terminal_keeps_the_end_of_long_paths():
    table = VerdictTable(["x" * 200 + "/photo.jpg"], terminal_width=80, colour=False)
    row = table.row(Verdict("x" * 200 + "/photo.jpg", "unsure", 0.5))
    assert row.startswith("…x")
    assert "/photo.jpg  unsure" in row
    assert len(row) <= 80


def test_declared_generator_is_a_note():
    table = VerdictTable(["a.png"], terminal_width=100, colour=False)
    verdict = Verdict("a.png", "real", 0.2, warnings=["too small"], provenance=Provenance("", "made by ComfyUI"))
    assert table.row(verdict).endswith("20 %  too small, file says: made by ComfyUI")


@pytest.mark.parametrize("width", [60, 80, 160])
def test_long_notes_wrap_under_their_column(width):
    path = "photographs/of/a/long/summer/by/the/sea/IMG_0001.jpg"
    table = VerdictTable([path], terminal_width=width, colour=False)
    warnings = ["too small", "heavily compressed", "outside the training range", "a drawing or screenshot"]
    rows = table.row(Verdict(path, "unsure", 0.5, warnings=warnings)).splitlines()
    assert max(map(len, rows)) <= width
    column = table.header().index("notes")
    assert [row[column:][:1].isspace() for row in rows] == [False] * len(rows)
    assert [row[:column].strip() for row in rows[1:]] == [""] * (len(rows) - 1)
    assert " ".join(row[column:] for row in rows) == ", ".join(warnings)
    assert (len(rows) == 1) == (width == 160)


def test_image_that_cannot_be_judged_shows_no_probability():
    row = VerdictTable(["red.png"], terminal_width=80, colour=False).row(
        Verdict("red.png", "unsure", 0.12, warnings=["nothing to judge"])
    )
    assert row.split(maxsplit=3) == ["red.png", "unsure", "-", "nothing to judge"]


def test_labels_are_those_of_the_records():
    table = VerdictTable(["a.jpg"], terminal_width=80, colour=False)
    for verdict in (Verdict("a.jpg", label, 0.5) for label in ("real", "unsure", "fake")):
        assert table.row(verdict).split()[1] == verdict.to_record()["label"]


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_where_it_is_not_wanted(monkeypatch, variable, value):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[" in VerdictTable(["a.jpg"], terminal_width=80).row(Verdict("a.jpg", "fake", 0.97))
    monkeypatch.setenv(variable, value)
    assert "\x1b[" not in VerdictTable(["a.jpg"], terminal_width=80).row(Verdict("a.jpg", "fake", 0.97))


def test_colour_does_not_move_columns():
    table = VerdictTable(["a.jpg"], terminal_width=80, colour=True)
    row = table.row(Verdict("a.jpg", "fake", 0.97))
    assert "\x1b[31mfake  \x1b[0m    97 %" in row


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("画像", 4), ("e\u0301", 1), ("", 0)])
def test_width_in_columns(text, width):
    assert text_width(text) == width


def test_wide_names_are_shortened_by_columns():
    assert text_width(shorten("画" * 30, 11)) <= 11


def test_control_characters_cannot_steer_the_terminal():
    assert printable("a\x1b[2Jb\nc") == "a?[2Jb?c"


def test_long_values_go_on_under_their_column_and_are_one_line_in_a_pipe():
    text = "cnn-128, convnext-clip, dinov3-convnext-tiny"
    assert wrapped("recipes  ", text, 36) == ["recipes  cnn-128, convnext-clip,", "         dinov3-convnext-tiny"]
    assert wrapped("recipes  ", text) == [f"recipes  {text}"]
