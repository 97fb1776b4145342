"""Keep the images of a data set that do not look AI-generated, needing only transformers and datasets."""

import os

from datasets import Dataset, load_dataset
from transformers import pipeline

classifier = pipeline("image-classification", os.environ["DETECTOR"], trust_remote_code=True)


def add_score(batch: dict[str, list]) -> dict[str, list[float]]:
    answers = classifier(batch["image"], batch_size=8)
    return {"p_fake": [next(row["score"] for row in rows if row["label"] == "fake") for rows in answers]}


def without_fakes(data: str, split: str) -> Dataset:
    scored = load_dataset(data, split=split).map(add_score, batched=True, batch_size=8)
    return scored.filter(lambda p_fake: p_fake < classifier.model.config.threshold_high, input_columns="p_fake")
