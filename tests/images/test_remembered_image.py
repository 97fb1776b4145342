"""A verdict's heatmap: made when asked for, from an image that nobody had to keep."""

from __future__ import annotations

import gc
import io
import pickle
import shutil
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError


@pytest.fixture(scope="module")
def detector(tiny_model: Path) -> Detector:
    return Detector(tiny_model)


def test_one_image_from_anywhere_has_its_heatmap(detector, photo_paths):
    path = photo_paths[1]
    content = path.read_bytes()
    maps = [
        detector(source).heatmap()
        for source in (path, str(path), content, io.BytesIO(content), Image.open(path), np.asarray(Image.open(path)))
    ]
    for heatmap in maps:
        np.testing.assert_array_equal(heatmap.crops[0].values, maps[0].crops[0].values)


def test_heatmap_agrees_with_the_verdict(detector, photo_paths):
    verdict = detector(photo_paths[0])
    assert 1 / (1 + np.exp(-verdict.heatmap().logit)) == pytest.approx(verdict.p_fake, abs=1e-5)


def test_stream_of_images_keeps_none_of_them(detector, photo_paths):
    images = [Image.open(path).convert("RGB") for path in photo_paths[:3]]
    references = [weakref.ref(image) for image in images]
    verdicts = list(detector.stream(images))
    assert verdicts[0].heatmap().image.size == images[0].size
    del images
    gc.collect()
    assert [reference() for reference in references] == [None] * 3
    with pytest.raises(RealFakeError, match="no longer in memory"):
        verdicts[0].heatmap()


def test_copy_keeps_the_heatmap_and_pickle_drops_it(detector, photo_paths):
    verdict = detector(photo_paths[0])
    assert replace(verdict, warnings=[]).heatmap().crops
    loaded = pickle.loads(pickle.dumps(verdict))
    assert loaded == verdict
    assert repr(loaded) == repr(verdict)
    with pytest.raises(RealFakeError, match="judge it again"):
        loaded.heatmap()
    assert not [name for name in verdict.to_record() if "heatmap" in name]


def test_no_heatmap_without_a_verdict_or_without_the_file(detector, photo_paths, tmp_path):
    file = tmp_path / "photo.jpg"
    shutil.copy(photo_paths[0], file)
    verdict = detector(file)
    file.unlink()
    with pytest.raises(RealFakeError, match=r"photo\.jpg does not exist"):
        verdict.heatmap()
    with pytest.raises(RealFakeError, match="was not judged"):
        detector(file).heatmap()
    with pytest.raises(RealFakeError, match="judged elsewhere"):
        Verdict(path="a.jpg", label="real", p_fake=0.1).heatmap()
