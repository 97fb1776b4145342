"""Features are computed once an image, found by content, and survive a kill."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from test_vision_encoder import SIDE, write_clip

from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.training import teacher_features as module
from realfake_hf.training.teacher_features import CACHE_NAME, cache_folder, teacher_features
from realfake_hf.training.vision_encoder import VisionEncoder, load_vision_encoder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> VisionEncoder:
    return load_vision_encoder(str(write_clip(tmp_path_factory.mktemp("clip"))), SIDE)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many images the encoder was shown, call by call."""
    counts: list[int] = []
    encode = VisionEncoder.encode

    def counted(self, views):
        counts.append(len(views))
        return encode(self, views)

    monkeypatch.setattr(VisionEncoder, "encode", counted)
    return counts


def test_second_call_asks_nothing_and_gives_the_same(
    encoder: VisionEncoder, asked: list[int], make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    rows = load_data(make_imagefolder({"train": 5}))["train"]
    first = teacher_features(rows, encoder, tmp_path / "cache")
    assert sum(asked) == 10
    np.testing.assert_array_equal(teacher_features(rows, encoder, tmp_path / "cache"), first)
    assert sum(asked) == 10


def test_rows_in_another_order_and_new_ones_find_their_own(
    encoder: VisionEncoder, asked: list[int], make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    rows = load_data(make_imagefolder({"train": 6}))["train"]
    whole = teacher_features(rows, encoder, tmp_path / "whole")
    teacher_features(rows.select(range(4)), encoder, tmp_path / "cache")
    asked.clear()
    mixed = teacher_features(rows.select([11, 2, 7]), encoder, tmp_path / "cache")
    np.testing.assert_allclose(mixed, whole[[11, 2, 7]], atol=1e-3)
    assert sum(asked) == 2


def test_killed_run_keeps_its_whole_parts(
    encoder: VisionEncoder,
    asked: list[int],
    make_imagefolder: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PART_ROWS", 4)
    rows = load_data(make_imagefolder({"train": 6}))["train"]
    view = VisionEncoder.view
    monkeypatch.setattr(VisionEncoder, "view", lambda self, image: view(self, image) if sum(asked) < 8 else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        teacher_features(rows, encoder, tmp_path / "cache")
    monkeypatch.setattr(VisionEncoder, "view", view)
    asked.clear()
    teacher_features(rows, encoder, tmp_path / "cache")
    assert sum(asked) == 4


def test_damaged_part_is_named(encoder: VisionEncoder, make_imagefolder: Callable[..., Path], tmp_path: Path) -> None:
    rows = load_data(make_imagefolder({"train": 2}))["train"]
    teacher_features(rows, encoder, tmp_path)
    part = next((tmp_path / encoder.identity).glob("*.safetensors"))
    part.write_bytes(part.read_bytes()[:50])
    with pytest.raises(RealFakeError, match=r"part-00000\.safetensors is damaged .*delete it"):
        teacher_features(rows, encoder, tmp_path)


def test_part_of_another_encoder_is_refused(
    encoder: VisionEncoder, make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    rows = load_data(make_imagefolder({"train": 2}))["train"]
    teacher_features(rows, encoder, tmp_path)
    other = load_vision_encoder(str(write_clip(tmp_path / "other", seed=1)), SIDE)
    (tmp_path / encoder.identity).rename(tmp_path / other.identity)
    with pytest.raises(RealFakeError, match="holds features of clip-vision-model"):
        teacher_features(rows, other, tmp_path)


def test_cache_lies_beside_the_data_or_in_the_run(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert cache_folder(tmp_path / "data", tmp_path / "run") == tmp_path / "data" / CACHE_NAME
    assert cache_folder([tmp_path / "data", "me/other"], tmp_path / "run") == tmp_path / "data" / CACHE_NAME
    assert cache_folder("me/dataset", tmp_path / "run") == tmp_path / "run" / CACHE_NAME


def test_an_unreadable_image_has_the_mean_and_costs_no_other_its_features(
    encoder: VisionEncoder, make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    data = make_imagefolder({"train": 3})
    whole = teacher_features(load_data(data)["train"], encoder, tmp_path / "whole")
    rows = load_data(data)["train"]
    Path(rows[1]["image"]["path"]).write_bytes(b"no image")
    found = teacher_features(rows, encoder, tmp_path / "cache")
    others = [row for row in range(6) if row != 1]
    np.testing.assert_allclose(found[others], whole[others], atol=1e-3)
    np.testing.assert_allclose(found[1], whole[others].mean(axis=0), atol=1e-3)


def test_no_readable_image_at_all_is_one_sentence(
    encoder: VisionEncoder, make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    rows = load_data(make_imagefolder({"train": 1}))["train"]
    for row in rows:
        Path(row["image"]["path"]).unlink()
    with pytest.raises(RealFakeError, match="None of the training images can be read"):
        teacher_features(rows, encoder, tmp_path / "cache")
