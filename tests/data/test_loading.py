"""Every layout of the contracts becomes the same DatasetDict, labels mapped by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import datasets
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Image, Value, load_dataset
from huggingface_hub.utils import logging as hub_logging

from realfake_hf.data.loading import load_data, require_both_classes
from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_files import open_image


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def labels_by_source(dataset: Dataset) -> set[tuple[str, str]]:
    names = dataset.features["label"].names
    return {(names[row["label"]], row["source"]) for row in dataset.select_columns(["label", "source"])}


def write_parquet(path: Path, images: list[Path], **columns: list) -> Path:
    features = Features(image=Image(), **{name: _feature(values) for name, values in columns.items()})
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = {"image": [{"bytes": p.read_bytes(), "path": None} for p in images], **columns}
    Dataset.from_dict(rows, features=features).to_parquet(path)
    return path


def _feature(values: list) -> Value:
    return Value({int: "int64", str: "string", bool: "bool", float: "float64"}[type(values[0])])


class TestFolders:
    def test_split_folders_with_sources(self, make_imagefolder):
        data = load_data(make_imagefolder({"train": 4, "val": 2}))
        assert {name: len(part) for name, part in data.items()} == {"train": 8, "val": 4}
        assert isinstance(data, DatasetDict)
        assert data["train"].features == Features(
            image=Image(decode=False), label=ClassLabel(names=["real", "fake"]), source=Value("string")
        )
        assert labels_by_source(data["val"]) == {
            (label, f"{label}-source-{index}") for label in ("real", "fake") for index in (0, 1)
        }

    def test_images_stay_paths(self, make_imagefolder):
        row = load_data(make_imagefolder({"train": 2}))["train"][0]
        assert row["image"]["bytes"] is None
        assert open_image(row["image"]["path"]).size == (96, 96)

    def test_unsplit_folder_is_train_and_files_without_a_source_folder_have_an_empty_source(
        self, photo_paths, tmp_path
    ):
        for label in ("Real", "FAKE"):
            (tmp_path / "data" / label).mkdir(parents=True)
            shutil.copy(photo_paths[0], tmp_path / "data" / label)
        data = load_data(tmp_path / "data")
        assert list(data) == ["train"]
        assert labels_by_source(data["train"]) == {("real", ""), ("fake", "")}

    def test_spellings_of_split_names_and_their_order(self, make_imagefolder):
        root = make_imagefolder({"unseen": 1, "extra": 1, "Validation": 1, "train": 1})
        assert list(load_data(root)) == ["train", "val", "unseen", "extra"]
        assert list(load_data(root, split="validation")) == ["val"]

    def test_unknown_split_names_those_there_are(self, make_imagefolder):
        with pytest.raises(RealFakeError, match="no split 'test': it has train, val"):
            load_data(make_imagefolder({"train": 1, "val": 1}), split="test")


class TestParquet:
    def test_shards_and_names_give_the_splits(self, photo_paths, tmp_path):
        for name in ("train-00000-of-00002", "train-00001-of-00002", "unseen-00000-of-00001"):
            write_parquet(
                tmp_path / "data" / f"{name}.parquet",
                photo_paths[:2],
                label=[0, 1],
                source=["camera", name],
                width=[1, 2],
            )
        data = load_data(tmp_path / "data")
        assert {name: len(part) for name, part in data.items()} == {"train": 4, "unseen": 2}
        assert labels_by_source(data["unseen"]) == {("real", "camera"), ("fake", "unseen-00000-of-00001")}
        assert data["train"]["width"][:] == [1, 2, 1, 2]
        assert data["train"][1]["image"]["bytes"] == photo_paths[1].read_bytes()

    @pytest.mark.parametrize(("name", "split"), [("val", "val"), ("shoes", "train"), ("0000", "train")])
    def test_lone_file(self, photo_paths, tmp_path, name, split):
        path = write_parquet(tmp_path / f"{name}.parquet", photo_paths[:2], label=["fake", "real"])
        data = load_data(path)
        assert list(data) == [split]
        assert labels_by_source(data[split].select([0])) == {("fake", "")}

    def test_split_column(self, photo_paths, tmp_path):
        path = write_parquet(
            tmp_path / "all.parquet",
            photo_paths[:3],
            label=["real", "fake", "fake"],
            split=["train", "test", "train"],
        )
        data = load_data(path)
        assert {name: len(part) for name, part in data.items()} == {"train": 2, "test": 1}
        assert data["train"][1]["image"]["bytes"] == photo_paths[2].read_bytes()
        assert "split" not in data["train"].column_names

    def test_damaged_parquet_is_one_sentence(self, tmp_path):
        (tmp_path / "train.parquet").write_text("PAR1 no")
        with pytest.raises(RealFakeError, match=r"train\.parquet cannot be loaded as parquet"):
            load_data(tmp_path / "train.parquet")


class TestLabels:
    def test_imagefolder_order_is_mapped_by_name(self, make_imagefolder, tmp_path):
        root = make_imagefolder({"train": 2})
        flat = tmp_path / "flat"
        for path in root.rglob("*.jpg"):
            label = path.relative_to(root).parts[1]
            (flat / label).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, flat / label / f"{label}-{path.name}")
        upside_down = load_dataset("imagefolder", data_dir=str(flat), split="train")
        assert upside_down.features["label"].names == ["fake", "real"]
        upside_down.save_to_disk(tmp_path / "saved")
        data = load_data(tmp_path / "saved")["train"]
        assert data.features["label"].names == ["real", "fake"]
        for row, before in zip(data, upside_down.cast_column("image", Image(decode=False)), strict=True):
            name = Path(before["image"]["path"]).name
            assert ["real", "fake"][row["label"]] == name.split("-")[0]

    @pytest.mark.parametrize("labels", [["cat", "dog"], [0, 2], [True, False]])
    def test_other_labels_are_refused_by_name(self, photo_paths, tmp_path, labels):
        path = write_parquet(tmp_path / "x.parquet", photo_paths[:2], label=labels)
        with pytest.raises(RealFakeError, match=r"cat, dog|\(2\)|True and False"):
            load_data(path)

    def test_missing_label_column_names_the_columns(self, photo_paths, tmp_path):
        path = write_parquet(tmp_path / "x.parquet", photo_paths[:1], kind=["a"])
        with pytest.raises(RealFakeError, match="no column 'label': its columns are image, kind"):
            load_data(path)

    def test_other_names_of_the_columns_are_understood(self, photo_paths, tmp_path):
        rows = {"picture": [str(path) for path in photo_paths[:2]], "labels": ["real", "fake"]}
        Dataset.from_dict(rows, features=Features(picture=Image(), labels=Value("string"))).save_to_disk(
            tmp_path / "saved"
        )
        assert labels_by_source(load_data(tmp_path / "saved")["train"]) == {("real", ""), ("fake", "")}

    def test_empty_sources_and_class_label_sources_become_strings(self, photo_paths, tmp_path):
        features = Features(
            image=Image(), label=ClassLabel(names=["real", "fake"]), source=ClassLabel(names=["sony", "sdxl"])
        )
        rows = {"image": [str(p) for p in photo_paths[:3]], "label": [0, 1, 1], "source": [0, 1, None]}
        DatasetDict({"test": Dataset.from_dict(rows, features=features)}).save_to_disk(tmp_path / "saved")
        assert load_data(tmp_path / "saved")["test"]["source"][:] == ["sony", "sdxl", ""]


class TestHub:
    def test_hub_id_goes_through_load_dataset(self, make_imagefolder, monkeypatch):
        local = load_data(make_imagefolder({"train": 2}))
        asked: list[str] = []

        def load(name: str) -> DatasetDict:
            asked.append(name)
            return DatasetDict({"validation": local["train"]})

        monkeypatch.setattr(datasets, "load_dataset", load)
        data = load_data("someone/photos")
        assert asked == ["someone/photos"]
        assert list(data) == ["val"]

    def test_hub_failure_is_one_sentence(self, monkeypatch):
        def fail(name: str) -> DatasetDict:
            raise ConnectionError("no route\nto the host")

        monkeypatch.setattr(datasets, "load_dataset", fail)
        with pytest.raises(RealFakeError, match=r"^nobody/nothing is no file .*: no route\.$"):
            load_data("nobody/nothing")


class TestRefuse:
    def test_missing_path(self, tmp_path):
        with pytest.raises(RealFakeError, match="nowhere does not exist"):
            load_data(tmp_path / "nowhere")

    def test_folder_without_images(self, tmp_path):
        with pytest.raises(RealFakeError, match="holds no images"):
            load_data(tmp_path)

    def test_empty_class_folders(self, tmp_path):
        (tmp_path / "real").mkdir()
        with pytest.raises(RealFakeError, match="holds no images"):
            load_data(tmp_path)

    def test_folders_with_other_names_are_named(self, photo_paths, tmp_path):
        (tmp_path / "nature").mkdir()
        shutil.copy(photo_paths[0], tmp_path / "nature")
        with pytest.raises(RealFakeError, match=r"no folders named real and fake \(found nature\)"):
            load_data(tmp_path)

    def test_one_class(self, make_imagefolder):
        root = make_imagefolder({"train": 2})
        shutil.rmtree(root / "train" / "fake")
        data = load_data(root)
        with pytest.raises(RealFakeError, match="here has no fake images"):
            require_both_classes(data, "here")
        with pytest.raises(RealFakeError, match="here has no fake images"):
            require_both_classes(data["train"], "here")

    def test_both_classes_pass(self, make_imagefolder):
        loaded = load_data(make_imagefolder({"train": 1}))
        require_both_classes(loaded, "here")
        assert sorted(loaded["train"]["label"]) == [0, 1]


class TestSeveralDataSets:
    def test_are_joined_split_by_split(self, make_imagefolder, tmp_path):
        first = make_imagefolder({"train": 3, "val": 2})
        second = make_imagefolder({"train": 4, "test": 1}, name="second")
        joined = load_data([first, second])
        assert {name: len(part) for name, part in joined.items()} == {"train": 14, "val": 4, "test": 2}
        assert joined["train"].features["label"].names == ["real", "fake"]

    def test_columns_of_other_types_and_missing_ones_are_brought_together(self, make_imagefolder, tmp_path):
        import pyarrow as pa
        import pyarrow.parquet as pq

        content = next(make_imagefolder({"train": 1}).rglob("*.jpg")).read_bytes()
        for name, kind, extra in (("a", pa.int32(), {"content": ["photo"]}), ("b", pa.int64(), {})):
            columns = {"image": [{"bytes": content, "path": None}], "label": [1], "source": [name], "group": ["g"]}
            table = pa.table({**columns, **extra, "width": pa.array([7], kind)})
            pq.write_table(table, tmp_path / f"{name}.parquet")
        joined = load_data([tmp_path / "a.parquet", tmp_path / "b.parquet"])["train"]
        assert joined["width"] == [7, 7]
        assert joined["content"] == ["photo", None]
        assert len(set(joined["group"])) == 2  # what is near in one data set is not near in another

    def test_columns_get_their_type_without_a_copy_of_the_images(self, photo_paths, tmp_path, monkeypatch):
        for name, width in (("a", 7), ("b", 7.5)):
            split, content = ["train", "test", "train"], photo_paths[:3]
            features = Features(image=Image(), label=Value("int64"), split=Value("string"), width=_feature([width]))
            rows = {"image": [str(path) for path in content], "label": [0, 1, 1], "split": split, "width": [width] * 3}
            Dataset.from_dict(rows, features=features).to_parquet(tmp_path / f"{name}.parquet")
        monkeypatch.setattr(Dataset, "map", lambda *arguments, **options: pytest.fail("rows are written anew"))
        joined = load_data([tmp_path / "a.parquet", tmp_path / "b.parquet"])["train"]
        assert joined["width"] == [7.0, 7.0, 7.5, 7.5]

    def test_one_split_is_kept_where_any_has_it(self, make_imagefolder):
        first = make_imagefolder({"train": 3})
        second = make_imagefolder({"train": 2, "val": 2}, name="second")
        assert {name: len(part) for name, part in load_data([first, second], split="val").items()} == {"val": 4}
        with pytest.raises(RealFakeError, match="have no split 'unseen': they have train, val"):
            load_data([first, second], split="unseen")
        with pytest.raises(RealFakeError, match="data has no split 'unseen': it has train"):
            load_data([first], split="unseen")


def test_nothing_in_a_data_folder_is_run(make_imagefolder, tmp_path):
    import pickle

    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "run"), "w"))

    data = make_imagefolder({"train": 2})
    script = f"open({str(tmp_path / 'run')!r}, 'w')\n"
    for folder in (data, data / "train", tmp_path / "only"):
        folder.mkdir(exist_ok=True)
        for name in ("data.pkl", "cache.arrow", "train.parquet.bin", "images.npy"):
            (folder / name).write_bytes(pickle.dumps(Bomb()))
        (folder / f"{folder.name}.py").write_text(script)
    assert len(load_data(data)["train"]) == 4
    with pytest.raises(RealFakeError, match="holds no images"):
        load_data(tmp_path / "only")
    (tmp_path / "only" / "state.json").write_text('{"_data_files": [{"filename": "data.pkl"}], "_split": "train"}')
    (tmp_path / "only" / "dataset_info.json").write_text("{}")
    with pytest.raises(RealFakeError, match="cannot be loaded as a saved data set"):
        load_data(tmp_path / "only")
    (tmp_path / "only" / "rows.parquet").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(RealFakeError, match="cannot be loaded as parquet"):
        load_data(tmp_path / "only" / "rows.parquet")
    assert not (tmp_path / "run").exists()


def test_the_hub_librarys_tries_are_not_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    verbosities = []

    def unreachable(name: str) -> None:
        verbosities.append(hub_logging.get_verbosity())
        raise ConnectionError(f"Couldn't reach {name}")

    monkeypatch.setattr("datasets.load_dataset", unreachable)
    before = hub_logging.get_verbosity()
    with pytest.raises(RealFakeError, match=r"^nobody/nothing is no file .*, and does not load from the Hub: Couldn't"):
        load_data("nobody/nothing")
    assert verbosities == [hub_logging.ERROR]
    assert hub_logging.get_verbosity() == before < hub_logging.ERROR


def test_nobody_is_told_that_files_were_loaded(
    make_imagefolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_data(make_imagefolder())["train"].to_parquet(tmp_path / "train.parquet")
    asked = []
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(datasets.config, "HF_UPDATE_DOWNLOAD_COUNTS", True)
    monkeypatch.setattr(datasets.load, "get_session", lambda: asked.append("a session"))
    load_dataset("parquet", data_files={"train": str(tmp_path / "train.parquet")})
    assert asked == ["a session"]  # the library by itself
    assert list(load_data(tmp_path)) == ["train"]
    assert asked == ["a session"]
    assert datasets.config.HF_UPDATE_DOWNLOAD_COUNTS
