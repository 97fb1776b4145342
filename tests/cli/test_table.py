"""Rows that line up whatever file names hold."""

from __future__ import annotations

import pytest

from realfake_hf.cli.table import VerdictTable, printable, shorten, text_width
from realfake_hf.detection.verdict import Verdict


def test_rows_line_up_under_the_header():
    table = VerdictTable(["a.jpg", "some/long/name.jpg"], terminal_width=100, colour=False)
    rows = [
        table.header(),
        table.row(Verdict("a.jpg", "fake", 0.97, warnings=["too small", "heavily compressed"])),
        table.row(Verdict("some/long/name.jpg", "real", 0.004)),
        table.row(Verdict("gone.jpg", error="gone.jpg does not exist: check the path.")),
    ]
    assert rows == [
        "path                  verdict      p_fake  notes",
        "a.jpg                 likely fake    97 %  too small, heavily compressed",
        "some/long/name.jpg    likely real     1 %",
        "gone.jpg              not judged        -  gone.jpg does not exist: check the path.",
    ]


def test_narrow_terminal_keeps_the_end_of_long_paths():
    table = VerdictTable(["x" * 200 + "/photo.jpg"], terminal_width=80, colour=False)
    row = table.row(Verdict("x" * 200 + "/photo.jpg", "unsure", 0.5))
    assert row.startswith("…x")
    assert "/photo.jpg  can't tell" in row
    assert len(row) <= 80


def test_declared_generator_is_a_note():
    table = VerdictTable(["a.png"], terminal_width=100, colour=False)
    verdict = Verdict("a.png", "real", 0.2, warnings=["too small"], provenance={"note": "made by ComfyUI"})
    assert table.row(verdict).endswith("20 %  too small, file says: made by ComfyUI")


def test_colour_does_not_move_columns():
    table = VerdictTable(["a.jpg"], terminal_width=80, colour=True)
    row = table.row(Verdict("a.jpg", "fake", 0.97))
    assert "\x1b[31mlikely fake\x1b[0m    97 %" in row


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("画像", 4), ("e\u0301", 1), ("", 0)])
def test_width_in_columns(text, width):
    assert text_width(text) == width


def test_wide_names_are_shortened_by_columns():
    assert text_width(shorten("画" * 30, 11)) <= 11


def test_control_characters_cannot_steer_the_terminal():
    assert printable("a\x1b[2Jb\nc") == "a?[2Jb?c"
