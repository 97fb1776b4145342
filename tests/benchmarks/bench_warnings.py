"""How often the warnings "upscaled" and "a drawing or screenshot" are right, and what they cost.

    python tests/benchmarks/bench_warnings.py PHOTOS... [--screenshots FOLDER] [--limit 500]

PHOTOS are folders of photographs, or parquet files with the columns `image` and `label` (of which the real ones are
taken). Warnings on them are false; on their enlargements, twofold to tenfold (Pillow's bicubic and Lanczos, as they are
and after JPEG 90), `upscaled` is right. Drawings and screenshots are drawn here, and read from --screenshots.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from realfake_hf.images.drawn import looks_drawn
from realfake_hf.images.image_files import open_image
from realfake_hf.images.image_folders import find_images
from realfake_hf.images.upscaling import looks_upscaled

WORDS = [
    "file",
    "edit",
    "view",
    "help",
    "error",
    "404",
    "warning",
    "download",
    "install",
    "version",
    "password",
    "login",
    "search",
    "results",
    "total",
]


def photographs(source: Path, limit: int) -> Iterator[Image.Image]:
    """The photographs of a folder, or the real ones of a parquet file."""
    if source.suffix != ".parquet":
        yield from map(open_image, find_images(source)[:limit])
        return
    import pyarrow.parquet as pq

    rows = (row for row in pq.read_table(source, columns=["image", "label"]).to_pylist() if row["label"] == 0)
    for _, row in zip(range(limit), rows, strict=False):
        yield open_image(row["image"]["bytes"])


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    """An image after a JPEG."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return open_image(stream.getvalue())


def enlarged(image: Image.Image, method: Image.Resampling, factor: int) -> Image.Image:
    """The image's middle (at most 300 px, or what becomes 1,200 px), so many times as large."""
    side = min(300, 1200 // factor)
    left, top = (max(0, (length - side) // 2) for length in image.size)
    middle = image.crop((left, top, min(image.width, left + side), min(image.height, top + side)))
    return middle.resize((factor * middle.width, factor * middle.height), method)


def text_page(rng: np.random.Generator) -> Image.Image:
    """Lines of text, dark on light or light on dark."""
    light = rng.random() < 0.6
    ground = tuple(int(value) for value in (rng.integers(235, 256, 3) if light else rng.integers(10, 50, 3)))
    image = Image.new("RGB", (int(rng.integers(500, 1400)), int(rng.integers(400, 1000))), ground)
    font = ImageFont.load_default(size=int(rng.integers(11, 28)))
    for top in range(10, image.height - 20, int(font.size * 1.5)):
        line = " ".join(rng.choice(WORDS, image.width // 70))
        ImageDraw.Draw(image).text((15, top), line, fill=(20, 20, 20) if light else (230, 230, 230), font=font)
    return image


def interface(rng: np.random.Generator) -> Image.Image:
    """Buttons and boxes with labels."""
    size = int(rng.integers(600, 1600)), int(rng.integers(400, 1000))
    image = Image.new("RGB", size, tuple(int(value) for value in rng.integers(200, 256, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(15, 50))):
        left, top = (int(rng.integers(0, length)) for length in size)
        box = (left, top, left + int(rng.integers(40, 300)), top + int(rng.integers(20, 120)))
        draw.rounded_rectangle(
            box, 8, fill=tuple(int(value) for value in rng.integers(0, 256, 3)), outline=(90, 90, 90)
        )
        font = ImageFont.load_default(size=int(rng.integers(11, 28)))
        draw.text((left + 8, top + 6), str(rng.choice(WORDS)), fill=(255, 255, 255), font=font)
    return image


def coloured_drawing(rng: np.random.Generator) -> Image.Image:
    """Ellipses and polygons in flat colours, with smooth edges."""
    size = tuple(int(value) for value in rng.integers(600, 2000, 2))
    image = Image.new("RGB", size, tuple(int(value) for value in rng.integers(0, 256, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(8, 30))):
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        points = rng.integers(0, size, (int(rng.integers(3, 6)), 2))
        if rng.random() < 0.5:
            draw.polygon([(int(x), int(y)) for x, y in points], fill=colour, outline=(0, 0, 0))
        else:
            corners = np.sort(points[:2], axis=0)
            draw.ellipse([int(value) for value in corners.ravel()], fill=colour, outline=(0, 0, 0), width=4)
    return image.resize((size[0] // 2, size[1] // 2), Image.Resampling.LANCZOS)


def line_drawing(rng: np.random.Generator) -> Image.Image:
    """Dark strokes on white, with smooth edges."""
    size = tuple(int(value) for value in rng.integers(600, 2000, 2))
    image = Image.new("L", size, 255)
    for _ in range(int(rng.integers(20, 60))):
        corners = np.sort(rng.integers(0, size, (2, 2)), axis=0)
        box = [int(value) for value in (*corners[0], *(corners[1] + 5))]
        start, end = (int(value) for value in rng.integers(0, 360, 2))
        ImageDraw.Draw(image).arc(box, start, end, fill=int(rng.integers(0, 90)), width=int(rng.integers(2, 7)))
    return image.resize((size[0] // 2, size[1] // 2), Image.Resampling.LANCZOS).convert("RGB")


def show(name: str, images: list[Image.Image]) -> None:
    """One line: the share of images with each warning."""
    upscaled, drawn = (100 * sum(map(judge, images)) / len(images) for judge in (looks_upscaled, looks_drawn))
    print(f"{name:55} {len(images):5} {upscaled:8.1f} % {drawn:8.1f} %", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, nargs="+")
    parser.add_argument("--screenshots", type=Path)
    parser.add_argument("--limit", type=int, default=500)
    given = parser.parse_args()
    print(f"{'':55} {'n':>5} {'upscaled':>10} {'drawn':>10}")
    milliseconds: dict[str, list[float]] = {"upscaled": [], "drawn": []}
    for source in given.photos:
        photos = list(photographs(source, given.limit))
        show(f"{source.parent.name}/{source.name}", photos)
        for quality in (90, 50, 30):
            show(f"  JPEG {quality}", [jpeg(photo, quality) for photo in photos])
        for factor, method in product((2, 4, 10), (Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)):
            larger = [enlarged(photo, method, factor) for photo in photos]
            show(f"  {factor} x {method.name.lower()}", larger)
            show(f"  {factor} x {method.name.lower()}, JPEG 90", [jpeg(image, 90) for image in larger])
        for photo in photos[:50]:
            for name, judge in (("upscaled", looks_upscaled), ("drawn", looks_drawn)):
                start = time.perf_counter()
                judge(photo)
                milliseconds[name].append(1000 * (time.perf_counter() - start))
    rng = np.random.default_rng(30)
    drawn = {
        make.__name__: [make(rng) for _ in range(50)] for make in (text_page, interface, coloured_drawing, line_drawing)
    }
    if given.screenshots:
        drawn["screenshots"] = [open_image(path) for path in find_images(given.screenshots)]
    for name, images in drawn.items():
        show(name, images)
        show("  JPEG 90", [jpeg(image, 90) for image in images])
    for name, times in milliseconds.items():
        print(f"{name}: {statistics.median(times):.1f} ms median, {max(times):.1f} ms at most")


if __name__ == "__main__":
    main()
