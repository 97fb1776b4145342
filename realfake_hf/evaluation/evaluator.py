"""The image-classification evaluator of `evaluate`, with probabilities where it has only the winners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evaluate.evaluator import ImageClassificationEvaluator
from transformers import Pipeline

from realfake_hf.inference.third_party_labels import fake_outputs


class FakeProbabilityEvaluator(ImageClassificationEvaluator):
    """Hands metrics the probability of fake, which ROC, calibration and the like need.

    `evaluate.evaluator("image-classification")` hands them the index of the winning label, and works with
    every metric of `realfake_hf.evaluation.metrics` as far as a hard label can tell. It also fails on a ready pipeline
    under Transformers 5 (it looks for a TensorFlow class that is gone), which this one takes.

    Args:
        fake_label: the label that means fake, where the model's names do not say so.
    """

    def __init__(self, fake_label: str | None = None) -> None:
        super().__init__()
        self.fake_label = fake_label

    def predictions_processor(
        self, predictions: Sequence[Sequence[Mapping[str, Any]]], label_mapping: Mapping[str, int] | None
    ) -> dict[str, list[float]]:
        """The summed score of the labels that mean fake, of every image."""
        return {"predictions": [self._p_fake(entries) for entries in predictions]}

    def prepare_pipeline(self, model_or_pipeline: Any, *args: Any, **kwargs: Any) -> Pipeline:
        """A ready pipeline as it is; anything else as `evaluate` does."""
        if isinstance(model_or_pipeline, Pipeline):
            return model_or_pipeline
        return super().prepare_pipeline(model_or_pipeline, *args, **kwargs)

    def _p_fake(self, entries: Sequence[Mapping[str, Any]]) -> float:
        names = {index: str(entry["label"]) for index, entry in enumerate(entries)}
        outputs = fake_outputs(names, fake_label=self.fake_label)
        return min(1.0, sum(float(entries[index]["score"]) for index in outputs.fake))
