"""A verdict says no more than it knows."""

from __future__ import annotations

import dataclasses
import json
import pickle

import pytest

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.verdict import Verdict
from realfake_hf.detection.words import HEAVILY_COMPRESSED, WORDS


class TestVerdict:
    def test_shown_probability_stays_between_1_and_99_percent_and_the_record_keeps_the_raw_one(self):
        sure = Verdict(path="a.jpg", label="fake", p_fake=0.99999)
        assert sure.shown_probability == 0.99
        assert Verdict(path="a.jpg", label="real", p_fake=0.0001).shown_probability == 0.01
        assert Verdict(path="a.jpg", label="real", p_fake=0.42).shown_probability == 0.42
        assert sure.to_record()["p_fake"] == 0.99999

    def test_record_has_exactly_the_promised_keys_and_is_json(self):
        verdict = Verdict("a.jpg", "unsure", 0.5, 0.3, 0.7, 640, 480, "JPEG", [HEAVILY_COMPRESSED])
        assert json.loads(json.dumps(verdict.to_record())) == {
            "path": "a.jpg",
            "label": "unsure",
            "p_fake": 0.5,
            "width": 640,
            "height": 480,
            "format": "JPEG",
            "warnings": ["heavily compressed"],
            "provenance": None,
            "error": None,
            "model": None,
            "bytes": None,
            "modified": None,
            "share_seen": None,
        }

    def test_unreadable_image_has_neither_label_nor_probability(self):
        verdict = Verdict("a.jpg", error="a.jpg is empty.")
        assert (verdict.label, verdict.p_fake, verdict.shown_probability) == (None, None, None)
        assert verdict.words == "not judged"
        assert str(verdict) == "a.jpg is empty."

    def test_reads_as_a_sentence(self):
        verdict = Verdict("a.jpg", "fake", 0.973, warnings=["too small"])
        assert str(verdict) == "a.jpg: likely fake (p_fake 97%; too small)"

    def test_cannot_be_changed(self):
        verdict = Verdict("a.jpg")
        with pytest.raises(dataclasses.FrozenInstanceError, match="'label'"):
            verdict.label = "real"
        assert verdict.label is None

    def test_words_exist_for_every_label(self):
        assert set(WORDS) == {"real", "unsure", "fake", None}


def test_no_probability_is_said_where_nothing_can_be_judged():
    verdict = Verdict("red.png", "unsure", 0.13, warnings=["nothing to judge", "too small"])
    assert str(verdict) == "red.png: can't judge (nothing to judge, too small)"


def test_a_notebook_shows_the_card(photo_paths, monkeypatch):
    verdict = Detector()(photo_paths[0])
    html = verdict._repr_html_()
    assert html.startswith("<style>")
    for text in (
        verdict.card().title.replace("'", "&#39;"),
        "How often it is right",
        "What to do next",
        "It looked at",
    ):
        assert text in html
    assert pickle.loads(pickle.dumps(verdict)).card().track_record is None
    monkeypatch.setattr("realfake_hf.detection.verdict.find_spec", lambda name: None)
    assert verdict._repr_html_() is None
