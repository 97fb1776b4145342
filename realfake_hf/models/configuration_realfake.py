"""What the configurations of all our detectors share: label map, temperature, thresholds."""

from __future__ import annotations

from typing import Any

from transformers import PretrainedConfig

from .labels import ID2LABEL, LABEL2ID, check_label_map


class RealFakeConfig(PretrainedConfig):
    """Base of our configurations; see the subclasses for the networks.

    Args:
        temperature: positive divisor of the logits, set by calibration (Guo et al. 2017, arXiv:1706.04599).
            It lives in the model so that `pipeline`, ONNX and Python show the same probability.
        threshold_low: `p_fake` below it means `real`; in [0, 1].
        threshold_high: `p_fake` at or above it means `fake`; in [threshold_low, 1]. Between the two the
            verdict is `unsure`.

    Raises:
        ValueError: a label map other than `{0: "real", 1: "fake"}`, a temperature that is not positive,
            or thresholds out of order.
    """

    # Declared as fields because Transformers takes an undeclared `temperature` for a setting of text generation and
    # refuses to save it.
    temperature: float = 1.0
    threshold_low: float = 0.5
    threshold_high: float = 0.5

    def __init__(
        self,
        temperature: float = 1.0,
        threshold_low: float = 0.5,
        threshold_high: float = 0.5,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("num_labels", None)
        kwargs["id2label"] = kwargs.get("id2label") or dict(ID2LABEL)
        kwargs["label2id"] = kwargs.get("label2id") or dict(LABEL2ID)
        check_label_map(kwargs["id2label"])
        if not temperature > 0:
            raise ValueError(f"temperature must be positive, not {temperature}.")
        if not 0.0 <= threshold_low <= threshold_high <= 1.0:
            raise ValueError(
                f"Thresholds must satisfy 0 <= threshold_low <= threshold_high <= 1, "
                f"not {threshold_low} and {threshold_high}."
            )
        self.temperature = temperature
        self.threshold_low = threshold_low
        self.threshold_high = threshold_high
        super().__init__(**kwargs)
