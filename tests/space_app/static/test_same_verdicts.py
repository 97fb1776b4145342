"""The browser sees what Python sees, and says what Python says."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.gallery import GALLERY_FOLDER
from realfake_hf.detection.pages.card import VerdictCard
from realfake_hf.images.drawn import looks_drawn, measure_drawnness
from realfake_hf.images.emptiness import shows_nothing
from realfake_hf.images.image_files import open_image
from realfake_hf.images.jpeg_quality import jpeg_quality
from realfake_hf.images.provenance import read_provenance
from realfake_hf.images.upscaling import detail_power, looks_upscaled
from realfake_hf.inference.crop_boxes import share_seen
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.square_crops import crop_boxes

pytestmark = pytest.mark.xdist_group("space")

TOLERANCE = 0.002
"""Of p_fake: five times stricter than promised, because the tiny model's scores lie near one another."""
SHARED_WARNINGS = {
    "too small",
    "heavily compressed",
    "outside the training range",
    "upscaled",
    "a drawing or screenshot",
}


@pytest.fixture(scope="module")
def ten_images(photo_paths: list[Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """JPEGs as they are, rotated by EXIF, grey, large, heavily compressed; PNGs with alpha, small, a strip; WebP."""
    folder = tmp_path_factory.mktemp("ten-images")
    photo, other = (open_image(path) for path in photo_paths[1:3])
    exif = Image.Exif()
    exif[0x0112] = 6
    photo.save(folder / "rotated.jpg", exif=exif, quality=90)
    photo.convert("L").save(folder / "grey.jpg", quality=88)
    photo.resize((3001, 1999)).save(folder / "large.jpg", quality=85, subsampling=0)
    other.save(folder / "compressed.jpg", quality=35)
    alpha = other.convert("RGBA")
    alpha.putalpha(Image.linear_gradient("L").resize(other.size))
    alpha.save(folder / "alpha.png")
    other.crop((50, 60, 92, 97)).save(folder / "small.png")
    other.crop((0, 100, 300, 120)).save(folder / "strip.png")
    photo.save(folder / "photo.webp", quality=80)
    return [*photo_paths[:2], *sorted(folder.iterdir())]


def test_verdicts_are_those_of_python_on_ten_images(visit, tiny_onnx, ten_images):
    assert len(ten_images) == 10
    expected = Detector(tiny_onnx / "onnx")(ten_images)
    judged = [visit.judge(path) for path in ten_images]
    scores = np.array([[verdict.p_fake, found.p_fake] for verdict, found in zip(expected, judged, strict=True)])
    assert np.abs(scores[:, 0] - scores[:, 1]).max() <= TOLERANCE, scores
    assert np.ptp(scores[:, 0]) > 5 * TOLERANCE  # or the comparison would say nothing
    for verdict, found in zip(expected, judged, strict=True):
        assert found.label == verdict.label
        assert f"{verdict.width} × {verdict.height} px" in found.words  # noqa: RUF001
        assert f"{verdict.shown_probability:.0%}".replace("%", " %") in found.words
        for warning in SHARED_WARNINGS:
            assert (f"{warning}." in found.words.lower()) == (warning in verdict.warnings)
        card = VerdictCard.of(verdict)
        for sentence in (card.title, card.lead, card.seen, card.bar.sentence if card.bar else ""):
            assert sentence.replace("\N{NO-BREAK SPACE}", " ") in found.words


def test_what_shows_nothing_is_found_as_in_python(visit, photo_paths, tmp_path):
    rng = np.random.default_rng(0)
    photo = open_image(photo_paths[1])
    images = {
        "red": Image.new("RGB", (40, 40), "red"),
        "nearly": Image.fromarray(rng.integers(120, 126, (90, 120, 3), dtype=np.uint8)),
        "noise": Image.fromarray(rng.integers(0, 256, (300, 400, 3), dtype=np.uint8)),
        "small-noise": Image.fromarray(rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)),
        "strip": photo.crop((0, 0, 200, 15)),
        "transparent": Image.new("RGBA", (64, 64), (0, 0, 0, 0)),
        "photo": photo,
        "small": photo.crop((50, 60, 92, 97)),
        "line": Image.linear_gradient("L"),
    }
    script = """async (file) => {
        const { decoded } = await import("./detector.js");
        const { showsNothing } = await import("./emptiness.js");
        return showsNothing(await decoded(new Blob([bytes(file)])));
    }"""
    expected, found = {}, {}
    for name, image in images.items():
        image.save(tmp_path / f"{name}.png")
        expected[name] = shows_nothing(open_image(tmp_path / f"{name}.png"))
        found[name] = visit.run(script, (tmp_path / f"{name}.png").read_bytes())
    assert found == expected
    assert sum(expected.values()) == 6
    assert "Can't judge this" in visit.judge(tmp_path / "red.png").words


def test_enlargements_and_drawings_are_measured_as_in_python(visit, photo_paths, tmp_path):
    photo = open_image(photo_paths[1])
    images = {"photo": photo, "tiny": photo.crop((0, 0, 60, 50)), "page": Image.new("RGB", (500, 400), "white")}
    for factor in (2, 4, 10):
        crop = photo.crop((20, 20, 20 + 420 // factor, 20 + 280 // factor))
        images[f"times-{factor}"] = crop.resize((factor * crop.width, factor * crop.height), Image.Resampling.BICUBIC)
    for line in range(12):
        ImageDraw.Draw(images["page"]).text((15, 12 + 30 * line), "a line of text " * 4, fill="black")
    script = """async (file) => {
        const { decoded } = await import("./detector.js");
        const { detailPower, looksUpscaled } = await import("./upscaling.js");
        const { measureDrawnness, looksDrawn } = await import("./drawn.js");
        const bitmap = await decoded(new Blob([bytes(file)]));
        const { strongEdges, twoToned, flat } = measureDrawnness(bitmap);
        const powers = [1, 2, 4].map((reduction) => detailPower(bitmap, reduction)?.flat() ?? null);
        return [powers, [strongEdges, twoToned, flat], looksUpscaled(bitmap), looksDrawn(bitmap)];
    }"""
    warned = set()
    for name, image in images.items():
        image.save(tmp_path / f"{name}.png")
        powers, measures, upscaled, drawn = visit.run(script, (tmp_path / f"{name}.png").read_bytes())
        drawnness = measure_drawnness(image)
        for reduction, found in zip((1, 2, 4), powers, strict=True):
            expected = detail_power(image, reduction)
            assert (found is None) == (expected is None)
            if found is not None:
                np.testing.assert_allclose(found, expected.ravel(), rtol=5e-3, err_msg=f"{name} / {reduction}")
        expected = [drawnness.strong_edges, drawnness.two_toned, drawnness.flat]
        assert measures == [value if value is None else pytest.approx(value, abs=2e-3) for value in expected], name
        assert (upscaled, drawn) == (looks_upscaled(image), looks_drawn(image)), name
        warned |= {name} if upscaled or drawn else set()
    assert warned == {"page", "times-2", "times-4", "times-10"}


def test_the_share_that_is_looked_at_is_that_of_python(visit):
    rng = np.random.default_rng(1)
    sizes = [[int(side) for side in rng.integers(20, 1500, 2)] for _ in range(40)]
    script = """async ([sizes, rules]) => {
        const { shareSeen } = await import("./crops.js");
        return sizes.map(([width, height]) => shareSeen(width, height, rules));
    }"""
    for whole_view in (False, True):
        rules = {"size": 64, "num_crops": 5, "whole_view": whole_view}
        processor = RealFakeImageProcessor(**rules)
        expected = [share_seen(processor, *size) for size in sizes]
        np.testing.assert_allclose(visit.run(script, [sizes, rules]), expected, atol=1e-9)


def test_what_a_file_declares_is_said_in_the_words_of_python(visit, photo, tmp_path):
    def with_exif(**tags: str) -> Image.Exif:
        exif = Image.Exif()
        for tag, value in tags.items():
            exif[getattr(ExifTags.Base, tag)] = value
        return exif

    web_ui, comfy = PngInfo(), PngInfo()
    web_ui.add_text("parameters", "a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512")
    comfy.add_text("prompt", '{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}')
    small = photo.resize((120, 90))
    small.save(tmp_path / "web-ui.png", pnginfo=web_ui)
    small.save(tmp_path / "comfy.png", pnginfo=comfy)
    small.save(tmp_path / "camera.jpg", exif=with_exif(Make="NIKON CORPORATION", Model="NIKON D70"))
    small.save(tmp_path / "plain.jpg")
    script = """async (file) => {
        const { readProvenance } = await import("./provenance.js");
        return readProvenance(bytes(file))?.words ?? null;
    }"""
    declaring = [GALLERY_FOLDER / "fake" / "glass-flower.webp", GALLERY_FOLDER / "real" / "forged.jpg"]
    for file in [*sorted(tmp_path.iterdir()), *declaring]:
        expected = read_provenance(Image.open(file))
        assert visit.run(script, file.read_bytes()) == (expected.words if expected else None), file.name


def test_pixels_are_those_of_pillow(visit, ten_images):
    script = """async (file) => {
        const { decoded } = await import("./detector.js");
        const { readRegion } = await import("./crops.js");
        const bitmap = await decoded(new Blob([bytes(file)]));
        const levels = readRegion(bitmap, 0, 0, bitmap.width, bitmap.height);
        let text = "";
        for (let start = 0; start < levels.length; start += 32768) {
            text += String.fromCharCode(...levels.subarray(start, start + 32768));
        }
        return btoa(text);
    }"""
    differences = {}
    for path in ten_images:
        expected = np.asarray(open_image(path)).astype(int)
        if expected.size < 2_000_000:
            levels = np.frombuffer(_decoded(visit.run(script, path.read_bytes())), np.uint8)
            found = levels.reshape(*expected.shape[:2], 4)[..., :3]
            differences[path.name] = int(np.abs(found - expected).max())
    assert len(differences) == 9
    assert {name: value for name, value in differences.items() if value > 2} == {}
    assert max(differences["small.png"], differences["strip.png"]) == 0


def test_the_whole_view_is_reduced_as_pillow_does_it(visit, ten_images):
    processor = RealFakeImageProcessor(size=64, num_crops=2, whole_view=True, image_mean=[0.0] * 3, image_std=[1.0] * 3)
    script = """async (file) => {
        const { decoded } = await import("./detector.js");
        const { pixelValues } = await import("./crops.js");
        const rules = { size: 64, num_crops: 2, whole_view: true, input: { mean: [0, 0, 0], std: [1, 1, 1] } };
        const { values, shape } = pixelValues(await decoded(new Blob([bytes(file)])), rules);
        return { shape, values: Array.from(values, (value) => Math.round(255 * value)) };
    }"""
    compared = 0
    for path in ten_images:
        expected = np.moveaxis(processor.crops(open_image(path), 2), -1, -3).astype(int)
        found = visit.run(script, path.read_bytes())
        assert found["shape"] == [1, *expected.shape], path.name
        difference = np.abs(np.reshape(found["values"], expected.shape) - expected)
        assert difference.max() <= 3, path.name  # decoders differ by 2, see above
        assert difference.mean() < 0.3, path.name
        compared += len(expected) == 2
    assert compared >= 5


def test_crops_lie_where_python_cuts_them(visit):
    rng = np.random.default_rng(0)
    cases = [[size + int(a), size + int(b), size, count] for size in (64, 192) for count in (1, 2, 5, 7, 9, 16)
             for a, b in rng.integers(0, 2000, (60, 2)) // rng.choice([1, 40, 900], (60, 2))]  # fmt: skip
    script = """async (cases) => {
        const { cropCorners } = await import("./crops.js");
        return cases.map((one) => cropCorners(...one));
    }"""
    for case, corners in zip(cases, visit.run(script, cases), strict=True):
        assert corners == [[left, top] for left, top, _, _ in crop_boxes(*case)], case


def test_jpeg_quality_is_estimated_alike(visit, photo_paths):
    saved: Callable[[int], bytes] = lambda quality: _jpeg(photo_paths[0], quality)  # noqa: E731
    files = [saved(quality) for quality in (1, 12, 30, 49, 50, 75, 92, 100)]
    script = """async (files) => {
        const { jpegQuality } = await import("./jpeg_quality.js");
        return files.map((file) => jpegQuality(bytes(file)));
    }"""
    expected = [jpeg_quality(Image.open(io.BytesIO(file))) for file in files]
    assert visit.run(script, [*files, b"\x89PNG", b"\xff\xd8\xff"]) == [*expected, None, None]


def _jpeg(path: Path, quality: int) -> bytes:
    buffer = io.BytesIO()
    open_image(path).resize((64, 64)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _decoded(text: str) -> bytes:
    import base64

    return base64.b64decode(text)
