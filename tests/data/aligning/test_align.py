"""From photographs to pairs: equal but for the decoder's trace, never across splits, never made twice."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hub_card.dataset_card import write_dataset_card
from realfake_hf.data.aligning.align import align
from realfake_hf.data.aligning.autoencoders import Autoencoder
from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_files import open_image
from realfake_hf.images.jpeg_quality import chroma_subsampling, jpeg_quality
from realfake_hf.models.labels import FAKE, REAL


@pytest.fixture
def photos(photo_paths, tmp_path):
    """Six photographs as six cameras save them: JPEGs of their own quality and subsampling, and a PNG."""
    root = tmp_path / "photos"
    (root / "camera").mkdir(parents=True)
    ways = [(70, "4:2:0"), (92, "4:4:4"), (85, "4:2:2"), (95, "4:4:4"), (88, "4:2:0")]
    for path, (quality, subsampling) in zip(photo_paths, ways, strict=False):
        with Image.open(path) as opened:
            opened.save(root / "camera" / path.name, quality=quality, subsampling=subsampling)
    with Image.open(photo_paths[5]) as opened:
        opened.save(root / "camera" / f"{photo_paths[5].stem}.png")
    return root


@pytest.fixture
def make(photos, taef2_folder, tmp_path):
    """Align the photographs into `tmp_path / "aligned"`, three tiles of 64 px each, unless told otherwise."""

    def run(**options):
        given = {"vae": taef2_folder, "tile": 64, "tiles": 3, "workers": 1, "progress": False, "precision": "float32"}
        given |= {"write_card": write_dataset_card} | options
        return align(given.pop("photos", photos), given.pop("destination", tmp_path / "aligned"), **given)

    return run


def pairs_of(folder: Path) -> dict[str, list[dict]]:
    """Rows by pair, with the split they lie in."""
    pairs = defaultdict(list)
    for split, data in load_data(folder).items():
        for row in data:
            pairs[row["pair"]].append(row | {"split": split, "path": Path(row["image"]["path"])})
    return pairs


def contents(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.jpg")}


class TestPairs:
    def test_two_sides_differ_in_their_pixels_alone(self, make, tmp_path):
        assert make().pairs == 18
        for rows in pairs_of(tmp_path / "aligned").values():
            assert sorted(row["label"] for row in rows) == [REAL, FAKE]
            (real, fake) = (Image.open(row["path"]) for row in sorted(rows, key=lambda row: row["label"]))
            assert real.size == fake.size == (64, 64)
            assert real.quantization == fake.quantization
            assert chroma_subsampling(real) == chroma_subsampling(fake)
            assert rows[0]["path"].stat().st_size == rows[1]["path"].stat().st_size
            assert rows[0]["path"].name == rows[1]["path"].name
            assert set(real.info) == set(fake.info)
            assert not np.array_equal(np.asarray(real), np.asarray(fake))

    def test_real_side_is_the_photograph_unresampled(self, make, photos, tmp_path):
        make()
        for rows in pairs_of(tmp_path / "aligned").values():
            path = next(row["path"] for row in rows if row["label"] == REAL)
            original = next(photos.rglob(f"{path.name.split('-')[0]}.*"))
            with Image.open(path) as tile:
                pixels, whole = np.asarray(tile, int), np.asarray(open_image(original), int)
            errors = [
                np.abs(whole[y : y + 64, x : x + 64] - pixels).mean()
                for y in range(0, whole.shape[0] - 63, 16)
                for x in range(0, whole.shape[1] - 63, 16)
            ]
            assert min(errors) < 5  # what one JPEG of quality 75 changes

    def test_quality_and_subsampling_are_the_photographs(self, make, photos, tmp_path):
        make()
        for file in (tmp_path / "aligned").rglob("*.jpg"):
            original = next(photos.rglob(f"{file.name.split('-')[0]}.*"))
            with Image.open(file) as tile, Image.open(original) as photo:
                if photo.format == "JPEG":
                    assert jpeg_quality(tile) == jpeg_quality(photo)
                    assert chroma_subsampling(tile) == chroma_subsampling(photo)
                else:
                    assert 75 <= jpeg_quality(tile) <= 96

    def test_sources_mirror_each_other(self, make, tmp_path):
        make()
        sources = {(row["label"], row["source"]) for rows in pairs_of(tmp_path / "aligned").values() for row in rows}
        assert sources == {(REAL, "camera"), (FAKE, "taef2-camera")}

    @pytest.mark.parametrize("name", ["AutoencoderTiny", "AutoencoderKL"])
    def test_autoencoders_of_diffusers_make_pairs_too(self, make, diffusers_folders, name, tmp_path):
        summary = make(vae=diffusers_folders[name], tiles=1)
        assert summary.pairs == 6
        assert {row.source for row in summary.counts} == {"camera", f"{name.lower()}-camera"}

    def test_photographs_too_small_for_a_tile_are_counted(self, make, photos):
        Image.linear_gradient("L").resize((24, 300)).save(photos / "camera" / "narrow.png")
        summary = make()
        assert summary.too_small == 1
        assert summary.pairs == 18


class TestMetadata:
    def test_metadata_tell_no_more_than_chance(self, make, monkeypatch, tmp_path):
        from realfake_hf.data.auditing.audit import audit

        def smooth(self, images):
            """A decoder that smooths: its files would be the shorter ones."""
            mean = images.reshape(len(images), images.shape[1] // 2, 2, -1, 2, 3).mean((2, 4))
            return mean.repeat(2, axis=1).repeat(2, axis=2).astype(np.uint8)

        monkeypatch.setattr(Autoencoder, "reconstruct", smooth)
        make(tiles=8)
        result = audit(tmp_path / "aligned", tmp_path / "audit", workers=1, progress=False)
        assert result.metadata_auc is not None, result.missing
        assert result.metadata_auc < 0.55


class TestSplits:
    def test_no_photograph_is_in_two_splits(self, make, tmp_path):
        make(test=0.3, val=0.3)
        splits = defaultdict(set)
        for pair, rows in pairs_of(tmp_path / "aligned").items():
            splits[pair.split("-")[0]] |= {row["split"] for row in rows}
        assert all(len(names) == 1 for names in splits.values())
        assert set().union(*splits.values()) == {"train", "val", "test"}

    def test_splits_that_exist_are_kept_whole(self, make, make_imagefolder, tmp_path):
        data = make_imagefolder({"train": 6, "test": 4}, size=64)
        make(photos=data, tiles=1)
        for rows in pairs_of(tmp_path / "aligned").values():
            assert rows[0]["split"] == rows[1]["split"]
        assert set(load_data(tmp_path / "aligned")) == {"train", "test"}

    def test_one_split_can_be_taken_alone(self, make, make_imagefolder, tmp_path):
        data = make_imagefolder({"train": 6, "test": 4}, size=64)
        make(photos=data, tiles=1, split="test")
        assert set(load_data(tmp_path / "aligned")) == {"test"}
        with pytest.raises(RealFakeError, match=r"no real images\) in its split 'unseen'"):
            make(photos=data, split="unseen")

    def test_equal_and_nearly_equal_photographs_stay_together(self, make, photos, tmp_path):
        first = next((photos / "camera").glob("*.jpg"))
        (photos / "copy.jpg").write_bytes(first.read_bytes())
        with Image.open(first) as opened:
            opened.save(photos / "again.jpg", quality=60)
        assert make(test=0.4).duplicates == 1
        manifest = {}
        for rows in pairs_of(tmp_path / "aligned").values():
            for row in rows:
                manifest.setdefault(row["group"], set()).add(row["split"])
        assert all(len(splits) == 1 for splits in manifest.values())


class TestResuming:
    def test_killed_run_goes_on_where_it_was_and_ends_the_same(self, make, monkeypatch, tmp_path):
        reconstruct, calls = Autoencoder.reconstruct, []

        def dies(self, images):
            if len(calls) == 2:
                raise KeyboardInterrupt
            calls.append(len(images))
            return reconstruct(self, images)

        monkeypatch.setattr(Autoencoder, "reconstruct", dies)
        with pytest.raises(KeyboardInterrupt):
            make(batch_size=4)
        assert json.loads((tmp_path / "aligned" / "align.json").read_text())["complete"] is False
        monkeypatch.undo()
        assert make(batch_size=4).made == 18 - 8
        make(batch_size=4, destination=tmp_path / "at-once")
        assert contents(tmp_path / "aligned") == contents(tmp_path / "at-once")

    def test_second_run_makes_nothing(self, make, tmp_path):
        make()
        before = contents(tmp_path / "aligned")
        again = make()
        assert (again.made, again.pairs) == (0, 18)
        assert contents(tmp_path / "aligned") == before

    def test_photographs_can_be_added(self, make, photos, photo, tmp_path):
        make()
        before = contents(tmp_path / "aligned")
        photo.rotate(90, expand=True).save(photos / "new.jpg")
        assert make().made == 3
        assert before.items() <= contents(tmp_path / "aligned").items()

    def test_pairs_of_a_photograph_that_is_gone_go_too(self, make, photos, tmp_path):
        make()
        next(photos.rglob("*.png")).unlink()
        assert make().removed == 6
        assert len(contents(tmp_path / "aligned")) == 30


class TestRefusals:
    def test_other_settings_need_another_folder(self, make):
        make()
        with pytest.raises(RealFakeError, match="was made with tile 64, not 96: give another folder, or `overwrite`"):
            make(tile=96)

    def test_overwrite_replaces_an_earlier_result(self, make, tmp_path):
        make()
        assert make(tile=96, tiles=1, overwrite=True).made == 6
        assert {Image.open(file).size for file in (tmp_path / "aligned").rglob("*.jpg")} == {(96, 96)}

    def test_folder_with_other_files_is_left_alone(self, make, tmp_path):
        (tmp_path / "aligned").mkdir()
        (tmp_path / "aligned" / "diary.txt").write_text("mine")
        with pytest.raises(RealFakeError, match="holds other files"):
            make(overwrite=True)

    @pytest.mark.parametrize(("name", "value"), [("tile", 100), ("tile", 8), ("tiles", 0), ("test", 1.0)])
    def test_wrong_numbers_are_named(self, make, name, value):
        with pytest.raises(RealFakeError, match=f"^{name} is {value}: give"):
            make(**{name: value})

    def test_unreadable_photographs_are_listed_and_the_others_made(self, make, photos):
        (photos / "torn.jpg").write_bytes((next(photos.rglob("*.jpg"))).read_bytes()[:3000])
        summary = make()
        assert [remark.path for remark in summary.unreadable] == ["torn.jpg"]
        assert summary.pairs == 18

    def test_folder_without_photographs(self, make, tmp_path):
        (tmp_path / "empty").mkdir()
        with pytest.raises(RealFakeError, match="holds no images"):
            make(photos=tmp_path / "empty")


class TestUse:
    def test_recipes_train_on_it_as_it_is(self, make, tmp_path):
        from realfake_hf.training.recipe import recipe_from_dict
        from realfake_hf.training.train import train

        make(val=0.3)
        fields = {"widths": [8], "depths": [1], "downsampling": ["none"], "image_size": 32}
        recipe = recipe_from_dict(
            {
                "name": "tiny",
                "model": {"preset": "realfake-net", "fields": fields},
                "processor": {"size": 32},
                "sampling": {"balance_classes": True, "balance_sources": 0.5},
                "augmentation": [{"random_crop": {"size": 32}}],
                "training": {"num_train_epochs": 1, "per_device_train_batch_size": 8},
            }
        )
        summary = train(recipe, data=tmp_path / "aligned", output=tmp_path / "run", overrides=[], quiet=True)
        assert summary.epochs == 1

    def test_datasets_loads_it_by_its_card(self, make, tmp_path):
        from datasets import load_dataset

        make(tiles=1)
        loaded = load_dataset(str(tmp_path / "aligned"), cache_dir=str(tmp_path / "cache"))
        assert sum(part.num_rows for part in loaded.values()) == 12
        assert loaded["train"].features["label"].names == ["real", "fake"]
        assert "pair" in loaded["train"].column_names

    def test_card_says_how_it_was_made(self, make, tmp_path):
        make()
        text = (tmp_path / "aligned" / "README.md").read_text()
        assert "the diffusion autoencoder taef2" in text
        assert "| fake | taef2-camera | 18 | camera, through taef2 | not stated |" in text
        assert str(tmp_path) not in text
