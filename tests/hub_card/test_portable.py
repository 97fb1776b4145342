"""Of a path of this machine only its last name leaves it."""

from __future__ import annotations

import pytest

from hub_card.portable import portable, portable_command, portable_text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/home/me/photos", "photos"),
        ("/home/me/my photos (val)", "my photos (val)"),
        ("../shared/data/crops (unseen)", "crops (unseen)"),
        ("~/runs/net/", "net"),
        ("C:\\Users\\me\\net", "net"),
        ("/", "."),
        ("me/photos", "me/photos"),
        ("runs/net", "runs/net"),
        ("See https://example.org/a/b and a/b.", "See https://example.org/a/b and a/b."),
        ("The file /tmp/x/a.jpg, read twice.", "The file a.jpg, read twice."),
        ("4:2:0", "4:2:0"),
    ],
)
def test_text(text: str, told: str) -> None:
    assert portable_text(text) == told


def test_command() -> None:
    command = "/venv/bin/realfake train net --data '/my data/x' --set model.backbone=/m/lite0 --output=/tmp/run"
    assert portable_command(command) == "realfake train net --data x --set model.backbone=lite0 --output=run"


def test_json_values() -> None:
    value = {"/key": ["/a/b", {"c": "/d/e (val)"}], "n": 1, "none": None}
    assert portable(value) == {"/key": ["b", {"c": "e (val)"}], "n": 1, "none": None}
