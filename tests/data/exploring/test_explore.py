"""Exploring writes tables that count right, figures that open, and a page that needs nothing else."""

from __future__ import annotations

import base64
import io
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake_hf.data.exploring.explore import NARROW_DPI, explore
from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.pages.style import NARROW

TABLES = {"counts", "summary", "sizes", "jpeg_quality", "formats", "spectrum", "residual"}
FIGURES = {
    "counts", "sizes", "jpeg_quality", "formats", "spectrum", "spectrum_profile", "residual",
    "contact_sheet_real", "contact_sheet_fake",
}  # fmt: skip


@pytest.fixture(scope="module")
def explored(photo_paths, tmp_path_factory):
    """Three splits' worth of photographs: reals JPEG, fakes PNG, one file broken."""
    root = tmp_path_factory.mktemp("data")
    for number, path in enumerate(photo_paths):
        with Image.open(path) as opened:
            picture = opened.convert("RGB").resize((240, 160))
        split = "train" if number < 4 else "test"
        for label, suffix in (("real", "jpg"), ("fake", "png")):
            folder = root / split / label / f"{label}-{number % 2}"
            folder.mkdir(parents=True, exist_ok=True)
            picture.save(folder / f"{number}.{suffix}", **({"quality": 80} if suffix == "jpg" else {}))
    (root / "test" / "real" / "broken.jpg").write_bytes(b"no image")
    output = tmp_path_factory.mktemp("explored") / "out"
    return root, output, explore(root, output, workers=1, progress=False)


def test_every_table_and_figure_is_there(explored):
    _, output, found = explored
    assert {f"{name}.csv" for name in TABLES} | {f"{name}.png" for name in FIGURES} <= set(found.files)
    for name in FIGURES:
        with Image.open(output / f"{name}.png") as figure:
            assert np.asarray(figure.convert("L")).std() > 5
    assert all((output / name).stat().st_size for name in found.files)


def test_counts_are_those_of_the_folders(explored):
    _, output, found = explored
    assert (found.images, found.real, found.fake) == (13, 7, 6)
    counts = pd.read_csv(output / "counts.csv", keep_default_na=False)
    assert counts["images"].sum() == 13
    assert counts.query("split == 'train' and source == 'real-0'")["images"].item() == 2
    assert counts["unreadable"].sum() == 1


def test_unreadable_images_are_named_with_the_reason(explored):
    _, output, found = explored
    assert len(found.errors) == 1
    assert "broken.jpg is not an image" in found.errors[0]
    page = (output / "explore.html").read_text()
    assert "broken.jpg" in page
    assert "7 real and 6 fake images" in page
    assert "1 could not be read." in page


def test_formats_and_sizes_are_told_by_class(explored):
    _, output, _ = explored
    formats = pd.read_csv(output / "formats.csv").query("quantity == 'format'").set_index("class")
    assert formats.loc["real", "value"] == "JPEG"
    assert formats.loc["fake", "value"] == "PNG"
    summary = pd.read_csv(output / "summary.csv").set_index(["quantity", "class"])
    assert summary.loc[("jpeg_quality", "real"), "p50"] == 80
    assert summary.loc[("width", "fake"), "p50"] == 240
    sizes = pd.read_csv(output / "sizes.csv").groupby(["quantity", "class"])["images"].sum()
    assert set(sizes) == {6}


def test_page_is_whole_in_itself(explored):
    _, output, _ = explored
    page = (output / "explore.html").read_text()
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    assert page.count("<img") == len(FIGURES)


def test_every_picture_has_a_narrow_one_for_telephones(explored):
    _, output, found = explored
    narrow = re.findall(r'srcset="data:image/(?:jpeg|png);base64,([^"]+)"', (output / "explore.html").read_text())
    assert len(narrow) == sum(name.endswith(".png") for name in found.files)
    for uri in narrow:
        with Image.open(io.BytesIO(base64.b64decode(uri))) as picture:
            assert picture.width <= NARROW * NARROW_DPI


def test_the_same_seed_gives_the_same_tables(explored, tmp_path):
    root, output, found = explored
    explore(root, tmp_path / "again", workers=1, progress=False)
    for name in (name for name in found.files if name.endswith((".csv", "sheet_real.png"))):
        assert (tmp_path / "again" / name).read_bytes() == (output / name).read_bytes(), name


def test_an_exploration_is_not_replaced_unasked(explored):
    root, output, _ = explored
    with pytest.raises(RealFakeError, match="overwrite"):
        explore(root, output, progress=False)


@pytest.mark.parametrize("workers", [1, 2])
def test_folder_that_vanishes_meanwhile_ends_it_in_a_sentence(make_imagefolder, tmp_path, monkeypatch, workers):
    data = make_imagefolder({"train": 3}, size=32)
    removed = data / "train" / "fake" / "fake-source-0"

    def loads_and_removes(*arguments: object, **options: object) -> object:
        loaded = load_data(*arguments, **options)
        shutil.rmtree(removed)
        return loaded

    monkeypatch.setattr("realfake_hf.data.exploring.explore.load_data", loads_and_removes)
    with pytest.raises(RealFakeError, match=rf"^{removed} is not there any more"):
        explore(data, tmp_path / "out", workers=workers, progress=False)
    assert [path.name for path in (tmp_path / "out").iterdir()] == []
