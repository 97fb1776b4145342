"""What the configurations of all our detectors share: label map, temperature, thresholds."""

from __future__ import annotations

import math
from typing import Any

from transformers import PretrainedConfig

from .labels import ID2LABEL, LABEL2ID, check_label_map

TRAINING_RANGES = ("side", "jpeg_quality")


class RealFakeConfig(PretrainedConfig):
    """Base of our configurations; see the subclasses for the networks.

    Args:
        temperature: positive divisor of the logits, set by calibration (Guo et al. 2017, arXiv:1706.04599).
            It lives in the model so that `pipeline`, ONNX and Python show the same probability.
        threshold_low: `p_fake` below it means `real`; in [0, 1].
        threshold_high: `p_fake` at or above it means `fake`; in [threshold_low, 1]. Between the two the
            verdict is `unsure`.
        training_range: what the network was trained on, inclusive `[low, high]` of `side` (an image's shorter one,
            px) and of `jpeg_quality` (1 to 100); images outside get a warning with their verdict.
        whole_view_share: how much the last of several crops, the whole image, counts in the mean of their logits, in
            ]0, 1[; the others share the rest. None: as much as each of the others.

    Raises:
        ValueError: a label map other than `{0: "real", 1: "fake"}`, a temperature that is not positive and finite,
            thresholds out of order, a training range of another form, or a share that is none.
    """

    # Declared as fields because Transformers takes an undeclared `temperature` for a setting of text generation and
    # refuses to save it.
    temperature: float = 1.0
    threshold_low: float = 0.5
    threshold_high: float = 0.5
    training_range: dict[str, list[float]] | None = None
    whole_view_share: float | None = None

    def __init__(
        self,
        temperature: float = 1.0,
        threshold_low: float = 0.5,
        threshold_high: float = 0.5,
        training_range: dict[str, list[float]] | None = None,
        whole_view_share: float | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs.pop("num_labels", None) not in (None, len(ID2LABEL)):
            raise ValueError(f"num_labels must be {len(ID2LABEL)}: our detectors know {ID2LABEL} and nothing else.")
        kwargs["id2label"] = kwargs.get("id2label") or dict(ID2LABEL)
        kwargs["label2id"] = kwargs.get("label2id") or dict(LABEL2ID)
        check_label_map(kwargs["id2label"])
        self.temperature = temperature
        self.threshold_low = threshold_low
        self.threshold_high = threshold_high
        self.training_range = training_range
        self.whole_view_share = whole_view_share
        super().__init__(**kwargs)
        self.check_verdict_fields()

    def check_verdict_fields(self) -> None:
        """Assert what a verdict rests on; models call it too, because `from_pretrained` can change fields later.

        Raises:
            ValueError: see the class.
        """
        check_label_map(self.id2label or {})
        check_label_map({index: name for name, index in (self.label2id or {}).items()})
        if not (isinstance(self.temperature, (int, float)) and 0 < self.temperature < math.inf):
            raise ValueError(f"temperature must be a positive, finite number, not {self.temperature!r}.")
        if not 0.0 <= self.threshold_low <= self.threshold_high <= 1.0:
            raise ValueError(
                f"Thresholds must satisfy 0 <= threshold_low <= threshold_high <= 1, "
                f"not {self.threshold_low} and {self.threshold_high}."
            )
        share = self.whole_view_share
        if share is not None and not (isinstance(share, (int, float)) and 0.0 < share < 1.0):
            raise ValueError(f"whole_view_share must be a number between 0 and 1, not {share!r}.")
        for name, bounds in (self.training_range or {}).items():
            if name not in TRAINING_RANGES or len(bounds) != 2 or not bounds[0] <= bounds[1]:
                raise ValueError(
                    f"training_range holds [low, high] of {' and '.join(TRAINING_RANGES)}, not {name}: {bounds}."
                )
