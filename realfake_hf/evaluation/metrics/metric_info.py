"""What all metrics take, as `evaluate` describes it."""

from __future__ import annotations

import datasets
import evaluate

INPUTS = """
Args:
    predictions: the probability of fake of every image, float in [0, 1]; a hard label 0 or 1 will do.
    references: the truth, int, 0 for real and 1 for fake.
"""


def metric_info(description: str, *options: str) -> evaluate.MetricInfo:
    """What a metric says of itself.

    Args:
        description: what it measures.
        options: what it takes beside predictions and references, `name: meaning`.
    """
    return evaluate.MetricInfo(
        description=description,
        citation="",
        inputs_description=INPUTS + "".join(f"    {option}\n" for option in options),
        features=datasets.Features({"predictions": datasets.Value("float64"), "references": datasets.Value("int64")}),
    )
