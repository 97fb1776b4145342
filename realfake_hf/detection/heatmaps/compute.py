"""From a model and an image to a heatmap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PIL import Image

from realfake_hf.detection.heatmaps.evidence import crop_evidence
from realfake_hf.detection.heatmaps.heatmap import CropMap, Heatmap
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.crop_boxes import processor_boxes
from realfake_hf.inference.predictor import Predictor, prepare_image
from realfake_hf.inference.third_party_labels import fake_outputs
from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel
from realfake_hf.models.upright_rgb import to_upright_rgb


def make_heatmap(model: Any, processor: Any, image: Image.Image, *, fake_label: str | None = None) -> Heatmap:
    """Show where a model looks in an image, and what speaks there for what; see `Heatmap`.

    Args:
        model: a Transformers image-classification model in evaluation mode: ours, or any CNN whose labels say which
            means fake.
        processor: its image processor.
        image: any mode; EXIF orientation is applied.
        fake_label: the label that means fake, where its name does not say so.

    Raises:
        RealFakeError: a network without maps, a processor whose crops cannot be found in the image, labels that do
            not tell.
    """
    outputs = fake_outputs(model.config.id2label, fake_label=fake_label, model=type(model).__name__)
    return predictor_heatmap(Predictor(type(model).__name__, model, processor, outputs), image)


def predictor_heatmap(predictor: Predictor, image: Image.Image) -> Heatmap:
    """As `make_heatmap`, of a model whose outputs' meaning is known already."""
    image, processor = to_upright_rgb(image), predictor.processor
    pixels = prepare_image(processor, image)
    if pixels.ndim == 3:
        pixels = pixels[None]
    try:
        boxes = processor_boxes(processor, image.width, image.height, getattr(processor, "num_crops", len(pixels)))
    except ValueError as error:
        raise RealFakeError(f"There is no heatmap with a {type(processor).__name__}: {error}.") from None
    values, method = crop_evidence(predictor, pixels)
    model, count = predictor.model, len(values)
    shares = model.crop_shares(count) if isinstance(model, RealFakePreTrainedModel) else [1.0 / count] * count
    crops = tuple(CropMap(*crop) for crop in zip(boxes, values, shares, strict=True))
    return Heatmap(image, crops, method)


def heatmap_of(model: Any, processor: Any, *, fake_label: str | None = None) -> Callable[[Image.Image], Image.Image]:
    """The function that `evaluation.mistakes.mistakes_sheet` takes: from an image to the picture of its heatmap.

    The picture is small and without a legend. Arguments as of `make_heatmap`.
    """

    def picture(image: Image.Image) -> Image.Image:
        return make_heatmap(model, processor, image, fake_label=fake_label).overlay(longest_side=360, legend=False)

    return picture
