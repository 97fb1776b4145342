"""Scoring a data set: one decode, several views, odd images, kills."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation import prepared_images
from realfake_hf.evaluation.predict import predict, remove_parts
from realfake_hf.inference.predictor import Predictor, prepare_image
from realfake_hf.records.predictions import Predictions
from realfake_hf.storage.output_folder import PARTS_FOLDER

VIEWS = {"clean": lambda image: image, "mirrored": ImageOps.mirror}


def same(first: Predictions, second: Predictions) -> bool:
    """Bit for bit."""
    return first.table().equals(second.table())


@pytest.fixture
def predictor(build_resnet: Callable[..., Any], resnet_processor: Any) -> Predictor:
    return Predictor.of(build_resnet(), resnet_processor, name="tiny", device="cpu")


def test_rows_come_in_the_order_of_the_data_with_every_view(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset]
) -> None:
    dataset = make_dataset(5)

    found = predict([predictor], dataset, VIEWS, batch_size=4)

    assert found.index.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert found.tier.tolist() == ["clean", "mirrored"] * 5
    assert found.label.tolist() == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0]
    assert found.source[2] == "generator-0"
    assert found.path[2] == "1"
    expected = predictor.logits(prepare_image(predictor.processor, ImageOps.mirror(dataset[3]["image"]))[None])
    assert found.logit[7] == pytest.approx(expected[0], abs=1e-5)


def test_images_are_decoded_once_for_all_views_and_models(
    predictor: Predictor,
    build_resnet: Callable[..., Any],
    make_dataset: Callable[..., datasets.Dataset],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = []
    original = prepared_images.open_stored
    monkeypatch.setattr(prepared_images, "open_stored", lambda *a, **k: opened.append(1) or original(*a, **k))
    second = Predictor.of(build_resnet(seed=1), predictor.processor, name="second", device="cpu")

    found = predict([predictor, second], make_dataset(6), VIEWS)

    assert len(opened) == 6
    assert len(found) == 24
    assert found.of_model("second").tier.tolist() == ["clean", "mirrored"] * 6
    assert not np.allclose(found.of_model("second").logit, found.of_model("tiny").logit)


def test_workers_and_batches_change_no_score(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset]
) -> None:
    dataset = make_dataset(8)

    alone = predict([predictor], dataset, VIEWS, batch_size=1)
    together = predict([predictor], dataset, VIEWS, batch_size=16, workers=2)

    assert together.logit == pytest.approx(alone.logit, abs=1e-5)
    assert together.path.tolist() == alone.path.tolist()


def test_workers_that_the_system_lets_share_nothing_are_not_begun(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_queue(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("realfake_hf.evaluation.predict.can_share_work", lambda: False)
    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", no_queue)
    assert len(predict([predictor], make_dataset(4), VIEWS, batch_size=4, workers=2)) == 8


def test_corrupt_image_is_listed_and_the_others_are_judged(
    predictor: Predictor,
    make_dataset: Callable[..., datasets.Dataset],
    with_corrupt_row: Callable[[datasets.Dataset, int], datasets.Dataset],
) -> None:
    dataset = make_dataset(7)

    found = predict([predictor], with_corrupt_row(dataset, 3), VIEWS, batch_size=4)

    failed = found.where(found.error != "")
    assert failed.index.tolist() == [3, 3]
    assert failed.error[0].startswith("broken.png is truncated")
    assert np.isnan(failed.p_fake).all()
    intact = predict([predictor], dataset, VIEWS, batch_size=4)
    others = intact.where(intact.index != 3)
    assert found.judged().logit == pytest.approx(others.logit, abs=1e-5)


def test_missing_file_in_a_folder_is_listed(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset], photo_paths: list[Path]
) -> None:
    rows = {"image": [str(photo_paths[0]), "gone/away.jpg"], "label": [0, 1]}
    features = datasets.Features(image=datasets.Image(decode=False), label=datasets.Value("int64"))

    found = predict([predictor], datasets.Dataset.from_dict(rows, features=features), VIEWS)

    assert found.path.tolist() == [str(photo_paths[0])] * 2 + ["gone/away.jpg"] * 2
    assert found.error.tolist() == ["", ""] + ["gone/away.jpg does not exist: check the path."] * 2
    assert set(found.source) == {""}


def test_folder_that_vanishes_ends_the_run_in_a_sentence_and_what_was_judged_stays(
    predictor: Predictor, make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_imagefolder({"train": 3}, size=32)
    dataset = load_data(folder)["train"]
    removed = folder / "train" / "fake" / "fake-source-0"

    def removes(image: Image.Image) -> Image.Image:
        shutil.rmtree(removed, ignore_errors=True)
        return image

    with pytest.raises(RealFakeError, match=rf"^{removed} is not there any more"):
        predict([predictor], dataset, {"clean": removes}, batch_size=3, images_per_part=3, resume_dir=tmp_path)
    assert len(list((tmp_path / PARTS_FOLDER).glob("*.parquet"))) == 1


def test_path_of_elsewhere_beside_an_images_bytes_is_a_name_only(predictor: Predictor) -> None:
    images = [{"bytes": content, "path": "/elsewhere/a.jpg"} for content in (b"no image", b"")]
    features = datasets.Features(image=datasets.Image(decode=False), label=datasets.Value("int64"))
    dataset = datasets.Dataset.from_dict({"image": images, "label": [0, 1]}, features=features)

    with pytest.raises(RealFakeError, match="None of the 2 images could be judged"):
        predict([predictor], dataset, VIEWS)


def test_image_that_fails_in_one_view_counts_in_none(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset]
) -> None:
    def refuses_dark_corners(image: Image.Image) -> Image.Image:
        if image.getpixel((0, 0)) == dark:
            raise OSError("too dark")
        return image

    dataset = make_dataset(4)
    dark = dataset[2]["image"].getpixel((0, 0))

    found = predict([predictor], dataset, {"clean": lambda image: image, "picky": refuses_dark_corners})

    assert found.where(found.index == 2).error.tolist() == ["2 cannot be prepared for the model: too dark."] * 2
    assert (found.where(found.index != 2).error == "").all()


class WholeImage:
    """Gives an image at its own size, as a fully convolutional network may want it."""

    def __call__(self, images: Image.Image, return_tensors: str) -> dict[str, torch.Tensor]:
        pixels = torch.from_numpy(np.asarray(images).copy()).permute(2, 0, 1).float() / 255
        return {"pixel_values": pixels[None]}


def test_images_of_many_sizes_are_judged_each_at_its_own(
    build_resnet: Callable[..., Any], make_dataset: Callable[..., datasets.Dataset]
) -> None:
    small, large = make_dataset(4, size=48), make_dataset(4, size=80)
    predictor = Predictor.of(build_resnet(), WholeImage(), name="tiny", device="cpu")

    mixed = predict([predictor], datasets.concatenate_datasets([small, large, small]), VIEWS, batch_size=8)

    parts = [predict([predictor], dataset, VIEWS) for dataset in (small, large, small)]
    assert mixed.logit == pytest.approx(np.concatenate([part.logit for part in parts]), abs=1e-5)


class FourCrops(WholeImage):
    """Gives (1, 4, 3, 32, 32)."""

    def __call__(self, images: Image.Image, return_tensors: str) -> dict[str, torch.Tensor]:
        pixels = super().__call__(images, return_tensors)["pixel_values"]
        crops = [pixels[..., y : y + 32, x : x + 32] for y in (0, 32) for x in (0, 32)]
        return {"pixel_values": torch.stack(crops, dim=1)}


def test_several_crops_per_image_reach_the_model_as_five_dimensions(
    build_resnet: Callable[..., Any], make_dataset: Callable[..., datasets.Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    predictor = Predictor.of(build_resnet(), FourCrops(), name="tiny", device="cpu")
    seen = []

    def averaged(pixel_values: torch.Tensor) -> np.ndarray:
        seen.append(tuple(pixel_values.shape))
        crops = Predictor.logits(predictor, pixel_values.flatten(0, 1))
        return crops.reshape(len(pixel_values), -1).mean(axis=1)

    monkeypatch.setattr(predictor, "logits", averaged)

    found = predict([predictor], make_dataset(3), VIEWS, batch_size=8)

    assert seen == [(2, 4, 3, 32, 32)] * 3  # 8 crops at a time
    assert (found.error == "").all()


def test_image_below_the_networks_kernel_is_listed_and_its_batch_is_judged(
    resnet_processor: Any, build_resnet: Callable[..., Any], make_dataset: Callable[..., datasets.Dataset]
) -> None:
    predictor = Predictor.of(build_resnet(), resnet_processor, name="tiny", device="cpu")
    original = predictor.logits

    def fails_on_second(pixel_values: torch.Tensor) -> np.ndarray:
        if any(torch.equal(pixels, second) for pixels in pixel_values):
            raise RuntimeError("Kernel size can't be greater than actual input size")
        return original(pixel_values)

    dataset = make_dataset(4)
    second = prepare_image(resnet_processor, dataset[1]["image"])
    predictor.logits = fails_on_second  # type: ignore[method-assign]

    found = predict([predictor], dataset, VIEWS)

    assert sorted(set(found.where(found.error != "").index)) == [1]
    assert "cannot be judged by tiny: Kernel size" in found.error[2]


def test_score_that_is_no_number_is_an_error(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter([np.array([0.5, np.nan, 0.5, 0.5])] * 2)
    monkeypatch.setattr(predictor, "logits", lambda pixels: next(scores))

    found = predict([predictor], make_dataset(8), {"clean": VIEWS["clean"]}, batch_size=4)

    assert found.where(found.error != "").error.tolist() == [
        f"{row} got a score from the model that is no finite number." for row in (1, 5)
    ]


def killed_after(predictor: Predictor, batches: int, monkeypatch: pytest.MonkeyPatch) -> None:
    original, calls = predictor.logits, []

    def logits(pixels: torch.Tensor) -> np.ndarray:
        calls.append(1)
        if len(calls) > batches:
            raise KeyboardInterrupt
        return original(pixels)

    monkeypatch.setattr(predictor, "logits", logits)


def test_killed_run_resumes_to_the_same_bits(
    predictor: Predictor,
    make_dataset: Callable[..., datasets.Dataset],
    with_corrupt_row: Callable[[datasets.Dataset, int], datasets.Dataset],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dataset = with_corrupt_row(make_dataset(14), 2)
    whole = predict([predictor], dataset, VIEWS, batch_size=4)
    options: dict[str, Any] = {"batch_size": 4, "resume_dir": tmp_path, "images_per_part": 4}
    with monkeypatch.context() as patch:
        killed_after(predictor, 5, patch)
        with pytest.raises(KeyboardInterrupt):
            predict([predictor], dataset, VIEWS, **options)
    parts = sorted((tmp_path / PARTS_FOLDER).glob("part-*.parquet"))
    assert [len(Predictions.read(part)) for part in parts] == [8, 8]
    judged = []
    original = predictor.logits
    monkeypatch.setattr(predictor, "logits", lambda pixels: judged.append(len(pixels)) or original(pixels))

    resumed = predict([predictor], dataset, VIEWS, **options)

    assert same(resumed, whole)
    assert sum(judged) == 6 * 2  # eight of the fourteen images were done
    remove_parts(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_parts_of_another_run_are_not_taken(
    predictor: Predictor,
    build_resnet: Callable[..., Any],
    make_dataset: Callable[..., datasets.Dataset],
    tmp_path: Path,
) -> None:
    predict([predictor], make_dataset(4), VIEWS, resume_dir=tmp_path)
    other_model = Predictor.of(build_resnet(seed=1), predictor.processor, name="tiny", device="cpu")

    for arguments in (
        ([other_model], make_dataset(4), VIEWS),
        ([predictor], make_dataset(5), VIEWS),
        ([predictor], make_dataset(4), {"clean": VIEWS["clean"]}),
    ):
        with pytest.raises(RealFakeError, match="unfinished predictions of another model, data set or choice"):
            predict(*arguments, resume_dir=tmp_path)


def test_data_of_which_nothing_can_be_judged_are_refused(predictor: Predictor) -> None:
    features = datasets.Features(image=datasets.Image(decode=False), label=datasets.Value("int64"))
    dataset = datasets.Dataset.from_dict({"image": ["gone.jpg"], "label": [0]}, features=features)

    with pytest.raises(RealFakeError, match=r"None of the 1 images could be judged; the first: gone\.jpg does not"):
        predict([predictor], dataset, VIEWS)


def test_foreign_label_numbers_are_refused(predictor: Predictor, make_dataset: Callable[..., datasets.Dataset]) -> None:
    dataset = make_dataset(3).cast_column("label", datasets.Value("int64"))
    dataset = dataset.remove_columns("label").add_column("label", [0, 1, 2])

    with pytest.raises(RealFakeError, match="the label 2: every image must be 0"):
        predict([predictor], dataset, VIEWS)


def test_empty_data_and_namesakes_are_refused(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset]
) -> None:
    with pytest.raises(RealFakeError, match="has no images"):
        predict([predictor], make_dataset(2).select([]), VIEWS)
    with pytest.raises(RealFakeError, match="Two models are both called tiny"):
        predict([predictor, predictor], make_dataset(2), VIEWS)


def test_a_damaged_note_of_an_interrupted_run_is_said_in_a_sentence(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset], tmp_path: Path
) -> None:
    (tmp_path / PARTS_FOLDER).mkdir()
    (tmp_path / PARTS_FOLDER / "run.json").write_text("xx")
    with pytest.raises(RealFakeError, match=r"run\.json cannot be read, or holds no JSON object: delete .*judge again"):
        predict([predictor], make_dataset(2), VIEWS, resume_dir=tmp_path)
