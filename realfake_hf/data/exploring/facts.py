"""What is known of one image without understanding it: its file, its size, its encoding, its bars, its hashes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from realfake_hf.data.exploring.borders import bar_shares

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(slots=True)
class ImageFacts:
    """One image of a data set.

    Attributes:
        split, row: where it lies in the data set.
        path: of the file, or its name in a parquet file; empty where it has none.
        label: 0 real, 1 fake.
        source: camera set or generator.
        width, height: pixels, upright.
        mode, format: as Pillow names them.
        bytes: size of the file.
        jpeg_quality: 1 to 100, estimated; None where it is no JPEG.
        subsampling: `"4:2:0"`, ...; None where it is no JPEG.
        progressive, exif, icc, text: whether it is a progressive JPEG, has EXIF, a colour profile, or text chunks.
        black_bars, flat_bars: share of the area, 0 to 1.
        sha256: 64 hexadecimal digits.
        phash: 16 hexadecimal digits.
        group: of near-duplicates, as the data tell; None where they don't.
        original_width, original_height, original_format, original_jpeg_quality: what the data tell of the file that
            this image was made from.
        error: why the image could not be read; then all that was measured is None.
    """

    split: str
    row: int
    path: str
    label: int
    source: str
    width: int | None = None
    height: int | None = None
    mode: str | None = None
    format: str | None = None
    bytes: int | None = None
    jpeg_quality: int | None = None
    subsampling: str | None = None
    progressive: bool | None = None
    exif: bool | None = None
    icc: bool | None = None
    text: bool | None = None
    black_bars: float | None = None
    flat_bars: float | None = None
    sha256: str | None = None
    phash: str | None = None
    group: str | None = None
    original_width: int | None = None
    original_height: int | None = None
    original_format: str | None = None
    original_jpeg_quality: int | None = None
    error: str | None = None

    def values(self) -> tuple[Any, ...]:
        """The fields' values, in their order."""
        return tuple(getattr(self, name) for name in FACT_NAMES)


FACT_NAMES = tuple(field.name for field in fields(ImageFacts))

FACTS_FILE = "image_facts.parquet"

_KINDS = {"int": "int32", "float": "float32", "bool": "bool", "str": "string"}


def facts_schema() -> pa.Schema:
    """Columns of image_facts.parquet, one for each field."""
    import pyarrow as pa

    return pa.schema([(field.name, _KINDS[str(field.type).split(" ", 1)[0]]) for field in fields(ImageFacts)])


def read_facts(path: Path) -> pd.DataFrame:
    """The rows of image_facts.parquet by split and row.

    Strings that repeat are categories; whole numbers and flags are floats with NaN for what is missing.
    About 300 bytes a row, most of it the two hashes and the path.
    """
    import pyarrow.parquet as pq

    repeating = ["split", "source", "mode", "format", "subsampling", "original_format"]
    table = pq.read_table(path, read_dictionary=repeating).to_pandas()
    numbers = ("width", "height", "bytes", "jpeg_quality", "progressive", "exif", "icc", "text")
    originals = ("original_width", "original_height", "original_jpeg_quality")
    table = table.astype(dict.fromkeys((*numbers, *originals), "float64"))
    # They were written as the workers finished.
    return table.sort_values(["split", "row"], kind="stable", ignore_index=True)


def fill_facts(facts: ImageFacts, header: Image.Image, image: Image.Image) -> None:
    """Write into `facts` what `look_at` does not measure.

    Args:
        facts: of this image.
        header: as `identify_image` gives it.
        image: the same decoded, upright, RGB.
    """
    facts.progressive = bool(header.info.get("progressive"))
    facts.exif, facts.icc = bool(header.info.get("exif")), bool(header.info.get("icc_profile"))
    facts.text = bool(getattr(header, "text", None))
    facts.black_bars, facts.flat_bars = bar_shares(image)
