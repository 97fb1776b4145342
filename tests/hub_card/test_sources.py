"""A sources.yaml: what a user knows of the images' origins."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub_card.sources import Source, read_sources
from realfake_hf.errors import RealFakeError


def test_every_value_is_optional(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text("a: {from: my camera, licence: CC0, label: real}\nb: {licence: MIT}\nc:\n")
    assert list(read_sources(file).values()) == [
        Source("a", "my camera", "CC0", "real"),
        Source("b", licence="MIT"),
        Source("c"),
    ]


def test_no_file_means_that_nobody_said_anything(tmp_path: Path) -> None:
    assert read_sources(tmp_path / "sources.yaml") == {}


@pytest.mark.parametrize(
    ("text", "sentence"), [("- a", "cannot be read"), ("a: [", "cannot be read"), ("a: {label: foto}", "not 'foto'")]
)
def test_damaged_file_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "sources.yaml").write_text(text)
    with pytest.raises(RealFakeError, match=sentence):
        read_sources(tmp_path / "sources.yaml")
