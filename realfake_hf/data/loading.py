"""Load labelled images of every layout as one `datasets.DatasetDict` with one label map."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realfake_hf.data.layouts import CLASS_NAMES, ClassFolder, find_class_folders, refuse_layout
from realfake_hf.data.split_names import order_splits, split_name, split_of_shard_name
from realfake_hf.data.webdataset import load_shards
from realfake_hf.errors import RealFakeError, first_line
from realfake_hf.images.regular_file import escaped_name
from realfake_hf.models.labels import FAKE, LABEL_NAMES, REAL
from realfake_hf.records.prepare import PREPARE_FILE
from realfake_hf.storage.working import working

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

PARQUET, TAR = ".parquet", ".tar"
METADATA = "metadata.parquet"
METADATA_FILES = frozenset({METADATA, "manifest.parquet", "image_facts.parquet"})
"""Parquet files beside images that are tables about them, not data sets."""

DataSource = str | Path | Sequence[str | Path]
"""One data set, or several that are joined."""


def describe_data(source: DataSource) -> str:
    """How sentences and records call one or several data sets."""
    return escaped_name(str(source) if isinstance(source, str | Path) else " + ".join(map(str, source)))


@working("Reading the data")
def load_data(source: DataSource, *, split: str | None = None) -> DatasetDict:
    """Load a labelled image data set, or several as one.

    Several are joined split by split, so that classes and sources are mixed wherever rows are drawn; columns that
    one of them lacks are null there, and a `group` of near-duplicates never reaches from one into another.

    Args:
        source: a folder `{real,fake}/[source/]...` or `<split>/{real,fake}/[source/]...`, a parquet file or tar of
            a WebDataset or a folder of them, a folder of `save_to_disk`, a folder of `realfake prepare`, or a Hub id.
        split: keep this split alone.

    Returns:
        A DatasetDict. Columns: `image` (`Image(decode=False)`: a dict of `bytes` and `path`), `label`
        (ClassLabel `["real", "fake"]`), `source` (string, empty where unknown), and whatever else the data
        carry. Data without splits are `train`. Images in folders stay paths. All else is memory-mapped: parquet,
        tars and Hub data sets are read once into `datasets`' cache on disk, and may be larger than the memory.

    Raises:
        RealFakeError: nothing there, no images, labels other than real and fake, or no such split.
    """
    from datasets import DatasetDict

    splits = _joined(source) if not isinstance(source, str | Path) else _by_rows(_read(source), source)
    if split is not None:
        wanted = split if split in splits else split_name(split)
        if wanted not in splits:
            who, have = ("it", "has") if isinstance(source, str | Path) or len(source) == 1 else ("they", "have")
            names = ", ".join(order_splits(splits))
            raise RealFakeError(f"{describe_data(source)} {have} no split {split!r}: {who} {have} {names}.")
        splits = {wanted: splits[wanted]}
    dataset = DatasetDict({name: splits[name] for name in order_splits(splits)})
    for part in dataset.values():
        assert tuple(part.features["label"].names) == LABEL_NAMES
    return dataset


def _read(source: str | Path) -> dict[str, Dataset]:
    """A data set in our columns, by the splits that its files and folders tell."""
    path = Path(source).expanduser()
    if not path.exists():
        loaded = _load_hub(str(source))
    elif path.is_file():
        if path.suffix not in (PARQUET, TAR):
            raise RealFakeError(f"{path} is no parquet file or tar: give a folder, one of these or a Hub id.")
        loaded = _load_files([path], str(path))
    elif (path / "dataset_dict.json").exists() or (path / "state.json").exists():
        loaded = _load_saved(path)
    else:
        loaded = _load_folder(path)
    return {name: _normalise(part, str(source)) for name, part in loaded.items()}


def _by_rows(loaded: dict[str, Dataset], source: str | Path) -> dict[str, Dataset]:
    """Split further by a `split` column; after all that adds columns, for which `datasets` writes chosen rows anew."""
    splits: dict[str, Dataset] = {}
    for name, part in loaded.items():
        splits.update(_split_by_column(part, name))
    splits = {name: part for name, part in splits.items() if len(part)}
    if not splits:
        raise RealFakeError(f"{source} holds no images: check the path.")
    return splits


def _joined(sources: Sequence[str | Path]) -> dict[str, Dataset]:
    from datasets import concatenate_datasets

    read = [_read(source) for source in sources]
    if len(read) == 1:
        return _by_rows(read[0], sources[0])
    kinds = _common_types([part for one in read for part in one.values()])
    loaded = []
    for place, (source, parts) in enumerate(zip(sources, read, strict=True)):
        ours = {name: _with_types(_with_group_of(part, place), kinds) for name, part in parts.items()}
        loaded.append(_by_rows(ours, source))
    try:
        return {
            name: concatenate_datasets([one[name] for one in loaded if name in one])
            for name in {name for one in loaded for name in one}
        }
    except ValueError as error:
        raise RealFakeError(f"{describe_data(sources)} cannot be joined: {_cause(error)}.") from None


def _common_types(parts: list[Dataset]) -> dict[str, str]:
    """Of the plain columns that have several types: the wider number, or else text."""
    from datasets import Value

    kinds: dict[str, set[str]] = {}
    for part in parts:
        for name, feature in part.features.items():
            if isinstance(feature, Value) and name != "group":
                kinds.setdefault(name, set()).add(feature.dtype)
    return {name: _common_type(found) for name, found in kinds.items() if len(found) > 1}


def _with_types(dataset: Dataset, kinds: dict[str, str]) -> Dataset:
    """Columns of other types; `cast_column` would write all the images anew."""
    from datasets import Value

    for name in kinds.keys() & set(dataset.column_names):
        column = dataset.select_columns([name]).with_format("arrow")[:].column(name)
        dataset = dataset.remove_columns(name).add_column(name, column.cast(kinds[name]), feature=Value(kinds[name]))
    return dataset


def _common_type(names: set[str]) -> str:
    numbers = names - {"null"}
    if all(name.startswith(("int", "uint")) for name in numbers):
        return "int64"
    return "float64" if all(name.startswith(("int", "uint", "float")) for name in numbers) else "string"


def _with_group_of(dataset: Dataset, place: int) -> Dataset:
    if "group" not in dataset.column_names:
        return dataset
    groups = [None if group is None else f"{place}/{group}" for group in dataset["group"][:]]
    return dataset.remove_columns("group").add_column("group", groups)


def require_train(splits: DatasetDict, where: str | Path) -> Dataset:
    """The train split.

    Raises:
        RealFakeError: there is none.
    """
    if "train" not in splits:
        raise RealFakeError(f"{where} has no train split, only {', '.join(splits)}.")
    return splits["train"]


def require_both_classes(dataset: Dataset | DatasetDict, where: str) -> None:
    """Raise RealFakeError unless the data hold real and fake images; `where` names them in the sentence."""
    parts = dataset.values() if isinstance(dataset, dict) else [dataset]
    present = {label for part in parts for label in part.unique("label")}
    for label, name in ((REAL, "real"), (FAKE, "fake")):
        if label not in present:
            raise RealFakeError(f"{where} has no {name} images: both classes, real and fake, are needed.")


def _load_folder(path: Path) -> dict[str, Dataset]:
    """An image folder, with or without splits, or a folder of parquet files."""
    if (path / PREPARE_FILE).exists():
        sizes = sorted((child for child in path.iterdir() if child.name.isdigit()), key=lambda p: int(p.name))
        if len(sizes) != 1:
            found = " or ".join(str(size) for size in sizes) or "none"
            raise RealFakeError(f"{path} holds prepared variants: name the one to load ({found}).")
        path = sizes[0]
    by_split: dict[str, list[ClassFolder]] = {}
    for folder in find_class_folders(path):
        by_split.setdefault(folder.split or "train", []).append(folder)
    if by_split:
        return {split: _load_classes(folders) for split, folders in by_split.items()}
    for suffix in (PARQUET, TAR):
        files = [file for file in sorted(path.rglob(f"*{suffix}")) if file.name not in METADATA_FILES]
        if files:
            return _load_files(files, str(path))
    raise refuse_layout(path)


def _load_classes(folders: list[ClassFolder]) -> Dataset:
    from datasets import ClassLabel, Dataset, Features, Image, Value

    described = _load_metadata(folders[0].folder.parent / METADATA)
    if described is not None:
        return described
    images: list[str] = []
    labels: list[int] = []
    sources: list[str] = []
    for folder in folders:
        for file, source in ClassFolder(folder.folder.absolute(), folder.label, folder.split).images():
            images.append(escaped_name(file))
            labels.append(folder.label)
            sources.append(escaped_name(source))
    features = Features(image=Image(decode=False), label=ClassLabel(names=list(LABEL_NAMES)), source=Value("string"))
    return Dataset.from_dict({"image": images, "label": labels, "source": sources}, features=features)


def _load_metadata(file: Path) -> Dataset | None:
    """The images that a metadata.parquet names, as `datasets`' imagefolder reads it; deleted ones are left out.

    Returns:
        None where there is no such file, or it knows nothing of labels.
    """
    if not file.exists():
        return None
    try:
        return _described_images(file)
    except (OSError, ValueError, TypeError, NotImplementedError) as error:  # pyarrow's are of these
        raise RealFakeError(f"{file} cannot be read: {_cause(error)}.") from None


def _described_images(file: Path) -> Dataset | None:
    import pyarrow.parquet as pq
    from datasets import Dataset, Features, Image

    table = pq.read_table(file)
    if not {"file_name", "label"} <= set(table.column_names):
        return None
    paths = [file.parent.absolute() / name for name in table.column("file_name").to_pylist()]
    present = [path.exists() for path in paths]
    table = table.drop_columns(["file_name"]).filter(present)
    features = Features(image=Image(decode=False), **Features.from_arrow_schema(table.schema))
    images = [str(path) for path, there in zip(paths, present, strict=True) if there]
    return Dataset.from_dict({"image": images, **table.to_pydict()}, features=features)


def _load_files(files: list[Path], where: str) -> dict[str, Dataset]:
    """Parquet files, or tars of a WebDataset, by the splits that their names tell."""
    from datasets import config, disable_progress_bars, enable_progress_bars, load_dataset
    from datasets.utils.logging import is_progress_bar_enabled

    by_split: dict[str, list[Path]] = {}
    for file in files:
        by_split.setdefault(split_of_shard_name(file, alone=len(files) == 1), []).append(file)
    shown, counted = is_progress_bar_enabled(), config.HF_UPDATE_DOWNLOAD_COUNTS
    disable_progress_bars()
    config.HF_UPDATE_DOWNLOAD_COUNTS = False  # its makers would count every loading of files that are here, by network
    is_parquet = files[0].suffix == PARQUET
    try:
        if not is_parquet:
            return {split: load_shards(shards) for split, shards in by_split.items()}
        names = {split: [str(file) for file in shards] for split, shards in by_split.items()}
        return dict(load_dataset("parquet", data_files=names))
    except Exception as error:  # whatever pyarrow or datasets finds wrong with the files
        kind = "parquet" if is_parquet else "a WebDataset"
        raise RealFakeError(f"{where} cannot be loaded as {kind}: {_cause(error)}.") from None
    finally:
        config.HF_UPDATE_DOWNLOAD_COUNTS = counted
        if shown:
            enable_progress_bars()


def _load_saved(path: Path) -> dict[str, Dataset]:
    from datasets import load_from_disk

    try:
        return _by_split(load_from_disk(str(path)))
    except Exception as error:
        raise RealFakeError(f"{path} cannot be loaded as a saved data set: {_cause(error)}.") from None


def _load_hub(name: str) -> dict[str, Dataset]:
    from datasets import load_dataset
    from huggingface_hub.utils import logging as hub_logging

    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name) or name.startswith(".") or name.endswith(".parquet"):
        raise RealFakeError(f"{name} does not exist: check the path.")
    verbosity = hub_logging.get_verbosity()
    hub_logging.set_verbosity_error()  # it would tell of every try
    try:
        return _by_split(load_dataset(name))
    except Exception as error:  # not found, no network, gated, damaged: one sentence for all
        raise RealFakeError(
            f"{name} is no file or folder here, and does not load from the Hub: {_cause(error)}."
        ) from None
    finally:
        hub_logging.set_verbosity(verbosity)


def _by_split(loaded: Any) -> dict[str, Dataset]:
    if isinstance(loaded, dict):
        names = [split_name(str(name)) for name in loaded]
        if len(set(names)) < len(names):
            names = [str(name) for name in loaded]
        return dict(zip(names, loaded.values(), strict=True))
    return {split_name(str(loaded.split or "train")): loaded}


def _normalise(dataset: Dataset, where: str) -> Dataset:
    """Bring columns to our features without rewriting the images."""
    from datasets import ClassLabel, Image, Value

    dataset = _rename(dataset, where)
    dataset = dataset.cast_column("image", Image(decode=False))
    labels = _our_labels(dataset, where)
    if labels is not None:
        feature = ClassLabel(names=list(LABEL_NAMES))
        dataset = dataset.remove_columns("label").add_column("label", labels, feature=feature)
    if "source" not in dataset.column_names:
        dataset = dataset.add_column("source", [""] * len(dataset), feature=Value("string"))
    elif dataset.features["source"] != Value("string") or dataset.data.column("source").null_count:
        sources = ["" if value is None else value for value in _names_of(dataset, "source")]
        dataset = dataset.remove_columns("source").add_column("source", sources, feature=Value("string"))
    return dataset


def _rename(dataset: Dataset, where: str) -> Dataset:
    from datasets import Image

    columns = dataset.column_names
    if "image" not in columns:
        images = [name for name, feature in dataset.features.items() if isinstance(feature, Image)]
        if len(images) != 1:
            raise RealFakeError(f"{where} has no column 'image': its columns are {', '.join(columns)}.")
        dataset = dataset.rename_column(images[0], "image")
    if "json" in columns:  # of a WebDataset, as `datasets` reads it
        facts = [row if isinstance(row, dict) else {} for row in dataset.select_columns(["json"])[:]["json"]]
        for name in ("label", "source"):
            values = [row.get(name) for row in facts]
            if name not in columns and any(value is not None for value in values):
                dataset = dataset.add_column(name, values)
    for name in ("labels", "cls"):
        if "label" not in dataset.column_names and name in columns:
            dataset = dataset.rename_column(name, "label")
    if "label" not in dataset.column_names:
        raise RealFakeError(f"{where} has no column 'label': its columns are {', '.join(columns)}.")
    return dataset


def _our_labels(dataset: Dataset, where: str) -> list[int] | None:
    """The label column in our map, or None where it is that already."""
    from datasets import ClassLabel

    feature = dataset.features["label"]
    ours = isinstance(feature, ClassLabel) and list(feature.names) == list(LABEL_NAMES)
    mapping = {REAL: REAL, FAKE: FAKE}
    if ours:
        values: list[Any] = dataset.with_format(None).select_columns(["label"])["label"][:]
    else:
        for real, fake in CLASS_NAMES:
            mapping.update({real: REAL, fake: FAKE})  # type: ignore[dict-item]
        values = _names_of(dataset, "label")
        if not isinstance(feature, ClassLabel) and any(isinstance(value, bool) for value in set(values)):
            raise RealFakeError(f"{where} has labels True and False: write them as real and fake.")
        values = [value.lower() if isinstance(value, str) else value for value in values]
    unknown = sorted({str(value) for value in set(values) if value not in mapping})
    if unknown:
        shown = ", ".join(unknown[:6]) + (", ..." if len(unknown) > 6 else "")
        raise RealFakeError(
            f"{where} has labels that are neither real nor fake ({shown}): rename them to real and fake, "
            "or give 0 (real) and 1 (fake)."
        )
    return None if ours else [mapping[value] for value in values]


def _names_of(dataset: Dataset, column: str) -> list[Any]:
    """A column's values, class indices as their names."""
    from datasets import ClassLabel

    values = dataset.with_format(None).select_columns([column])[column][:]
    feature = dataset.features[column]
    if isinstance(feature, ClassLabel):
        names = feature.names
        return [names[v] if v is not None and 0 <= v < len(names) else v for v in values]
    if column == "source":
        return [None if value is None else str(value) for value in values]
    return values


def _split_by_column(dataset: Dataset, name: str) -> dict[str, Dataset]:
    """Part a data set by its `split` column, where it has one, without copying images."""
    if "split" not in dataset.column_names:
        return {name: dataset}
    rows: dict[str, list[int]] = {}
    for index, value in enumerate(_names_of(dataset, "split")):
        rows.setdefault(split_name(str(value)) if value else name, []).append(index)
    return {split: dataset.select(indices).remove_columns("split") for split, indices in rows.items()}


def _cause(error: BaseException) -> str:
    """The first line of the innermost cause of an error, without its closing full stop."""
    while error.__cause__ is not None:
        error = error.__cause__
    return first_line(error)
