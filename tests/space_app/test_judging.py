"""From uploads to verdicts."""

from __future__ import annotations

from pathlib import Path

from realfake_hf.detection.detector import Detector
from space_app.judging import judge_image, judge_images
from space_app.limits import Limits
from space_app.uploads import UploadedImage


def test_a_batch_stays_in_order_and_ends_judging_where_its_megabytes_end(
    tiny_model: Path, tmp_path: Path, photo_paths: list[Path]
) -> None:
    large = tmp_path / "large.jpg"
    large.write_bytes(photo_paths[0].read_bytes() + bytes(2**20))  # JPEG readers ignore what follows the image
    images = [UploadedImage(path.name, path) for path in (photo_paths[1], tmp_path / "gone.jpg", large, photo_paths[2])]

    verdicts = list(judge_images(Detector(tiny_model), images, Limits(max_batch_mb=1)))

    assert [verdict.path for verdict in verdicts] == [image.name for image in images]
    assert [verdict.label is None for verdict in verdicts] == [False, True, False, True]
    assert "which is all that is read at a time here" in (verdicts[3].error or "")


def test_an_error_names_the_file_not_where_it_lies(tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.jpg").write_text("Dear Sir")

    verdict = judge_image(Detector(tiny_model), tmp_path / "letter.jpg", Limits())

    assert (verdict.error or "").startswith("letter.jpg is not an image")
