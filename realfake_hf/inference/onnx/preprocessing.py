"""What a program in any language must do to an image before the exported model sees it, and with its answer after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from realfake_hf.inference.onnx.onnx_model import INPUT, OUTPUT
from realfake_hf.models.labels import ID2LABEL
from realfake_hf.models.square_crops import WHOLE_FROM, WHOLE_GAP, SquareCrops
from realfake_hf.storage.files import JsonObject

FORMAT_VERSION = 1
EXAMPLE_SIZES = ((640, 480), (480, 640), (3000, 200), (200, 3000), (4032, 3024), (193, 193))
"""Width and height of images whose crop boxes are written out, for testing an implementation."""

DECODING = {
    "orientation": "apply the EXIF orientation",
    "transparency": "composite on white",
    "colour": "sRGB values as they are in the file: no colour management, 8 bits a channel",
}
REFLECTION = (
    "an image smaller than size in width or height is continued to it by reflection that repeats the edge pixel "
    "(numpy.pad, mode symmetric): half on either side, the odd pixel right or below"
)


MODES: dict[str, JsonObject] = {
    "pad": {
        "steps": [
            "scale so that the longest side is size: every side round(side / longest * size), at least 1",
            "put it in the middle of a black square of size",
        ],
        "resampling": "Lanczos, a = 3, antialiased, as Pillow does it",
    },
    "resize-crop": {
        "steps": [
            "of an image longer than 33 times its shorter side keep the middle part of that length",
            "scale so that the shortest side is resize_size: every side round(side * resize_size / shortest)",
            REFLECTION,
            "cut out the middle: left (width - size) // 2, top (height - size) // 2",
        ],
        "resampling": "bicubic, a = -0.5, antialiased, as Pillow does it",
    },
    "native-crops": {
        "steps": [REFLECTION, "cut out at most num_crops squares of size by crop_rule, without any resampling"],
        "resampling": None,
    },
}
"""How a mode makes squares of an image, in sentences; `resampling` is None where nothing is resampled."""

CROP_RULE = [
    "grid(limit): most_columns = max(1, ceil((width - size / 8) / size)), most_rows likewise of height",
    "columns = most_columns, rows = most_rows, if columns * rows <= limit; else "
    "columns = min(most_columns, limit, max(1, round(sqrt(limit * width / height)))), "
    "rows = min(most_rows, limit // columns), columns = min(most_columns, limit // rows)",
    "box (row, column) begins at left middle(width, columns, column), top middle(height, rows, row), where "
    "middle(side, count, index) = (side - size) // 2 if count is 1, else "
    "(2 * index + 1) * side // (2 * count) - size // 2, moved into 0 .. side - size",
    "centre = the box at ((width - size) // 2, (height - size) // 2)",
    "boxes = grid(num_crops) if the centre is one of them, else grid(num_crops - 1) and the centre, or the centre "
    "alone if num_crops is 1; without repetitions",
    "their order: by squared distance of their corner from the centre's, then by top, then by left",
    "round takes halves to the even number; // rounds down",
]

WHOLE_VIEW_RULE = [
    f"where num_crops is above 1 and the shortest side at least {WHOLE_FROM} times size, the crops are at most "
    "num_crops - 1, and one more view follows them; else, where num_crops is above 1, the crop is the centre alone:",
    "the middle square of the image: side = min(width, height), left (width - side) // 2, top (height - side) // 2",
    f"cut out, and reduced by factor = max(1, side // ({WHOLE_GAP} * size)): each pixel the rounded mean of factor x "
    "factor, at the right and lower edge of as many as there are, as Pillow's reduce does it",
    "resampled from side / factor squared to size x size: bicubic, a = -0.5, antialiased, as Pillow does it",
]


def preprocessing(config: Any, processor: SquareCrops, axes: Sequence[str | int]) -> JsonObject:
    """The content of preprocessing.json.

    Args:
        config: the model's.
        processor: the model's.
        axes: the ONNX input's, as `write_onnx` returns them.
    """
    size, count = processor.size, processor.num_crops
    content: JsonObject = {
        "format_version": FORMAT_VERSION,
        "input": {
            "name": INPUT,
            "dtype": "float32",
            "shape": axes,
            "channels": "RGB",
            "value": "(byte / 255 - mean) / std",
            "mean": list(processor.image_mean),
            "std": list(processor.image_std),
        },
        "decoding": DECODING,
        "mode": processor.mode,
        "size": size,
        "resize_size": (processor.resize_size or size) if processor.mode == "resize-crop" else None,
        "num_crops": count,
        "whole_view": processor.whole_view,
        **MODES[processor.mode],
    }
    if processor.mode == "native-crops":
        content["crop_rule"] = CROP_RULE
        if processor.whole_view:
            content["whole_view_rule"] = WHOLE_VIEW_RULE
        content["crop_examples"] = [
            {"width": width, "height": height, "boxes": [list(box) for box in processor.boxes(width, height, count)]}
            for width, height in EXAMPLE_SIZES
            if min(width, height) >= size
        ]
    content["output"] = {
        "name": OUTPUT,
        "dtype": "float32",
        "shape": ["batch", len(ID2LABEL)],
        "labels": {str(index): name for index, name in ID2LABEL.items()},
        "temperature": float(config.temperature),
        "temperature_applied": True,
        "crops": "the graph takes the mean of the crops' logits" if "crops" in axes else "one square an image",
        "p_fake": "softmax(logits)[1]",
    }
    content["verdict"] = {
        "threshold_low": float(config.threshold_low),
        "threshold_high": float(config.threshold_high),
        "rule": "fake if p_fake >= threshold_high, else real if p_fake < threshold_low, else unsure",
        "training_range": config.training_range,
    }
    return content
