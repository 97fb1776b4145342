"""prepare: what leaves it, and that no file can stop it."""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path

import datasets
import pytest
from datasets import load_dataset
from PIL import Image
from prepared import manifest, prepare, splits, tree

from realfake_hf.data.loading import load_data
from realfake_hf.data.preparing.prepare_folder import PrepareFolder
from realfake_hf.data.preparing.variants import encode_variant, make_variant
from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_files import open_image
from realfake_hf.images.jpeg_quality import chroma_subsampling, jpeg_quality
from realfake_hf.records.json_record import json_line
from realfake_hf.records.prepare import PrepareSettings
from realfake_hf.storage import locked_folder


class TestResult:
    def test_variants_are_the_seeds_bytes_under_split_label_and_source(self, originals, tmp_path):
        root = originals()
        prepare(root, tmp_path / "out")
        for path, record in manifest(tmp_path / "out").items():
            label, source, name = path.split("/")
            assert record.output == f"{record.split}/{label}/{source}/{name[:3]}-{record.sha256[:10]}.jpg"
            for size in (32, 48):
                written = (tmp_path / "out" / str(size) / record.output).read_bytes()
                assert written == encode_variant(make_variant(open_image(root / path), size, "pad"))

    def test_both_classes_leave_in_the_same_format(self, originals, tmp_path):
        prepare(originals(6), tmp_path / "out", fit="crop", quality=70)
        written = [Image.open(path) for path in (tmp_path / "out").rglob("*.jpg")]
        encodings = {(i.format, i.size, jpeg_quality(i), chroma_subsampling(i)) for i in written}
        assert encodings == {("JPEG", (32, 32), 70, "4:2:0"), ("JPEG", (48, 48), 70, "4:2:0")}

    def test_manifest_describes_the_originals(self, originals, tmp_path):
        prepare(originals(6), tmp_path / "out")
        records = manifest(tmp_path / "out")
        assert len(records) == 12
        real, fake = records["real/real-source-0/000.jpg"], records["fake/fake-source-0/000.png"]
        assert (real.label, real.format, real.width, real.height, real.jpeg_quality) == (0, "JPEG", 160, 120, 75)
        assert (fake.label, fake.format, fake.width, fake.height, fake.jpeg_quality) == (1, "PNG", 128, 128, None)

    def test_imagefolder_loads_label_and_source(self, originals, tmp_path, monkeypatch):
        monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
        summary = prepare(originals(), tmp_path / "out")
        loaded = load_dataset("imagefolder", data_dir=str(tmp_path / "out" / "32"))
        assert {name: len(part) for name, part in loaded.items()} == {
            name: summary.count({"validation": "val"}.get(name, name)) for name in ("train", "validation", "test")
        }
        for row in loaded["train"]:
            assert row["source"].startswith(loaded["train"].features["label"].int2str(row["label"]))
            assert row["image"].size == (32, 32)

    def test_load_data_takes_a_size_and_keeps_what_is_known_of_the_originals(self, originals, tmp_path):
        prepare(originals(), tmp_path / "out")
        data = load_data(tmp_path / "out" / "32")
        assert list(data) == ["train", "val", "test"]
        assert {(row["label"], row["format"]) for row in data["train"]} == {(0, "JPEG"), (1, "PNG")}
        with pytest.raises(RealFakeError, match=r"name the one to load .*32 or .*48"):
            load_data(tmp_path / "out")

    def test_parquet_on_request_holds_the_same(self, originals, tmp_path, monkeypatch):
        monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
        prepare(originals(), tmp_path / "out", parquet=True)
        folder, parquet = load_data(tmp_path / "out" / "48"), load_data(tmp_path / "out" / "parquet" / "48")
        assert folder["train"].column_names == parquet["train"].column_names
        for ours, theirs in zip(folder["test"], parquet["test"], strict=True):
            assert Path(ours.pop("image")["path"]).read_bytes() == theirs.pop("image")["bytes"]
            assert ours == theirs

    def test_relative_paths(self, originals, tmp_path, monkeypatch):
        root = originals(6)
        prepare(root, tmp_path / "absolute")
        monkeypatch.chdir(root)
        prepare(Path(), Path("..") / "relative")
        assert tree(tmp_path / "relative") == tree(tmp_path / "absolute")

    def test_processes_change_nothing(self, originals, tmp_path):
        root = originals()
        prepare(root, tmp_path / "one", workers=1)
        prepare(root, tmp_path / "two", workers=2)
        assert tree(tmp_path / "one") == tree(tmp_path / "two")

    def test_summary_counts_everything(self, originals, tmp_path):
        summary = prepare(originals(), tmp_path / "out")
        assert (summary.files, summary.images, summary.scanned, summary.unreadable) == (48, 48, 48, [])
        assert summary.count(label="real") == 24
        assert sum(summary.count(split) for split in ("train", "val", "test")) == 48
        assert json.loads(json_line(summary))["images"] == 48

    def test_a_split_without_a_class_is_a_warning(self, originals, tmp_path):
        root = originals(6)
        shutil.rmtree(root / "fake")
        warnings = prepare(root, tmp_path / "out", test=0, val=0).warnings
        assert warnings == ["train has no fake images: add some, or change the shares."]


class TestDuplicates:
    def test_equal_files_leave_one(self, originals, tmp_path):
        root = originals(6)
        shutil.copy(root / "real/real-source-0/000.jpg", root / "real/real-source-1/zzz.jpg")
        summary = prepare(root, tmp_path / "out")
        assert (summary.duplicates, summary.images) == (1, 12)
        assert manifest(tmp_path / "out")["real/real-source-1/zzz.jpg"].dropped == (
            "the same bytes as real/real-source-0/000.jpg"
        )

    def test_a_file_with_both_labels_is_left_out(self, originals, tmp_path):
        root = originals(6)
        shutil.copy(root / "real/real-source-0/000.jpg", root / "fake/fake-source-0/zzz.jpg")
        assert (summary := prepare(root, tmp_path / "out")).label_conflicts == 2
        assert summary.images == 11

    @pytest.mark.parametrize("seed", range(4))
    def test_recompressed_and_scaled_copies_never_cross(self, originals, tmp_path, seed):
        root = originals(12)
        for path in sorted((root / "real").rglob("*.jpg")):
            photo = Image.open(path)
            photo.resize((120, 90)).save(path.with_name(f"{path.stem}-copy.jpg"), quality=60)
        summary = prepare(root, tmp_path / "out", seed=seed, sizes=(32,))
        assert summary.near_duplicates >= 24
        placed = splits(tmp_path / "out")
        for path in (root / "real").rglob("*-copy.jpg"):
            name = path.relative_to(root).as_posix()
            assert placed[name] == placed[name.replace("-copy", "")] is not None

    def test_group_by_source_keeps_sources_whole(self, originals, tmp_path):
        prepare(originals(), tmp_path / "out", group_by="source")
        of_source: dict[str, set] = {}
        for record in manifest(tmp_path / "out").values():
            of_source.setdefault(record.source, set()).add(record.split)
        assert all(len(found) == 1 for found in of_source.values())
        assert {name for found in of_source.values() for name in found} == {"train", "test"}


class TestBadFiles:
    def test_they_are_listed_with_the_reason_and_the_rest_is_done(self, originals, photo, tmp_path):
        root = originals(6)
        bad = root / "real" / "bad"
        bad.mkdir()
        whole = io.BytesIO()
        photo.save(whole, "JPEG")
        (bad / "truncated.jpg").write_bytes(whole.getvalue()[:9000])
        (bad / "text.jpg").write_text("hello")
        (bad / "empty.png").touch()
        photo.save(bad / "moving.gif", save_all=True, append_images=[photo.rotate(9)])
        (bad / "dangling.jpg").symlink_to(bad / "nothing")
        summary = prepare(root, tmp_path / "out", workers=2)
        assert summary.images == 12
        reasons = {remark.path.removeprefix("real/bad/"): remark.reason for remark in summary.unreadable}
        expected = {
            "truncated.jpg": "truncated",
            "text.jpg": "not an image",
            "empty.png": "empty",
            "moving.gif": "animated",
            "dangling.jpg": "does not exist",
        }
        assert reasons.keys() == expected.keys()
        for name, word in expected.items():
            assert word in reasons[name]
            assert manifest(tmp_path / "out")[f"real/bad/{name}"].error == reasons[name]

    def test_file_names_that_are_no_utf8(self, originals, tmp_path):
        root = originals(6)
        source = root / "real" / "real-source-0" / "000.jpg"
        source.rename(source.with_name(os.fsdecode(b"\xff\xe9.jpg")))
        assert prepare(root, tmp_path / "out").images == 12
        assert "real/real-source-0/\ufffd\ufffd.jpg" in manifest(tmp_path / "out")

    def test_names_that_meet_after_cleaning_stay_apart(self, originals, tmp_path):
        root = originals(6)
        for index, name in enumerate(("a b.jpg", "a_b.jpg", "a?b.jpg")):
            (root / f"real/real-source-0/{name}").write_bytes(
                (root / f"real/real-source-0/00{2 * index}.jpg").read_bytes() + b" "
            )
        summary = prepare(root, tmp_path / "out")
        assert len(list((tmp_path / "out" / "32").rglob("*.jpg"))) == summary.images == 15


class TestLayouts:
    def test_existing_splits_are_respected(self, originals, tmp_path):
        root = originals(18, below="train")
        originals(6, first=18, below="test")
        prepare(root, tmp_path / "out", val=0.3)
        for path, split in splits(tmp_path / "out").items():
            assert split == "test" if path.startswith("test/") else split in ("train", "val")
        assert "val" in splits(tmp_path / "out").values()

    def test_a_data_set_in_parquet_is_prepared_like_its_folder(self, originals, tmp_path, monkeypatch):
        monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
        root = originals(6)
        data = load_data(root)["train"]
        rows = [{**row, "image": {"bytes": Path(row["image"]["path"]).read_bytes(), "path": None}} for row in data]
        (tmp_path / "parquet").mkdir()
        datasets.Dataset.from_list(rows, features=data.features).to_parquet(tmp_path / "parquet" / "train.parquet")
        prepare(root, tmp_path / "a")
        prepare(tmp_path / "parquet", tmp_path / "b", workers=2)
        described = [
            {
                (record.sha256, record.split, record.source, record.label)
                for record in manifest(tmp_path / name).values()
            }
            for name in "ab"
        ]
        assert described[0] == described[1]

    def test_images_without_a_source_folder(self, originals, tmp_path):
        root = originals(6)
        for path in sorted(root.rglob("*.*g")):
            path.rename(path.parent.parent / path.name)
        prepare(root, tmp_path / "out")
        assert {record.source for record in manifest(tmp_path / "out").values()} == {""}
        assert list((tmp_path / "out" / "32" / "train" / "real").glob("*.jpg"))


class TestRefuse:
    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"sizes": ()}, "sizes is empty"),
            ({"sizes": (4,)}, "sizes holds 4"),
            ({"fit": "stretch"}, "fit is 'stretch': give pad or crop"),
            ({"test": 1.0}, "test is 1.0"),
            ({"val": -0.1}, "val is -0.1"),
            ({"group_by": "camera"}, "group_by is 'camera'"),
            ({"quality": 0}, "quality is 0"),
            ({"workers": 0}, "workers is 0"),
        ],
    )
    def test_wrong_settings(self, originals, tmp_path, options, sentence):
        with pytest.raises(RealFakeError, match=sentence):
            prepare(originals(6), tmp_path / "out", **options)
        assert not (tmp_path / "out").exists()

    def test_missing_and_empty_sources(self, tmp_path):
        (tmp_path / "empty" / "real").mkdir(parents=True)
        for source in (tmp_path / "gone", tmp_path / "empty"):
            with pytest.raises(RealFakeError, match=r"does not exist|holds no images"):
                prepare(source, tmp_path / "out")

    def test_a_folder_with_other_files(self, originals, tmp_path):
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "thesis.doc").touch()
        with pytest.raises(RealFakeError, match="holds other files"):
            prepare(originals(6), tmp_path / "out", overwrite=True)
        assert os.listdir(tmp_path / "out") == ["thesis.doc"]  # noqa: PTH208

    def test_a_destination_among_the_originals(self, originals):
        root = originals(6)
        for inside, said in ((root, "holds other files"), (root / "real" / "out", "lies among the images")):
            with pytest.raises(RealFakeError, match=said):
                prepare(root, inside)

    def test_a_prepared_folder_as_source(self, originals, tmp_path):
        prepare(originals(6), tmp_path / "out")
        with pytest.raises(RealFakeError, match="is prepared already"):
            prepare(tmp_path / "out", tmp_path / "again")

    def test_two_runs_at_once(self, originals, tmp_path, monkeypatch):
        monkeypatch.setattr(locked_folder, "LOCK_PATIENCE", 0.0)
        root, out = originals(6), tmp_path / "out"
        settings = PrepareSettings(str(root), "pad", 85, 0.2, 0.2, 30, None)
        with PrepareFolder(out, settings, (32, 48), overwrite=False), pytest.raises(RealFakeError, match="another run"):
            prepare(root, out)
        assert prepare(root, out).images == 12

    def test_damaged_settings_file(self, originals, tmp_path):
        root = originals(6)
        prepare(root, tmp_path / "out")
        (tmp_path / "out" / "prepare.json").write_text("{")
        with pytest.raises(RealFakeError, match=r"prepare\.json is damaged"):
            prepare(root, tmp_path / "out")
