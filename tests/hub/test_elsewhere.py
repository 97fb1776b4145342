"""What was pushed works where this package is not: one process with transformers, datasets and FastAPI alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from hub_server import HubServer
from PIL import Image

from realfake_hf.hub import Destination, push_data, push_model
from realfake_hf.inference.model_loading import load_model

CONSUMERS = Path(__file__).resolve().parents[1] / "consumers"

SCRIPT = """
import io, json, os, re, shutil
from contextlib import redirect_stdout
import torch
from PIL import Image
from datasets import load_dataset
from fastapi.testclient import TestClient
from huggingface_hub import ModelCard
from transformers import AutoImageProcessor, AutoModelForImageClassification

photo, consumers, detector, data = sys.argv[1:]
sys.path.insert(0, consumers)
processor = AutoImageProcessor.from_pretrained(detector, trust_remote_code=True)
model = AutoModelForImageClassification.from_pretrained(detector, trust_remote_code=True)
with torch.no_grad():
    logits = model(**processor(Image.open(photo), return_tensors="pt")).logits
loaded = load_dataset(data)

shutil.copyfile(photo, "photo.jpg")
with redirect_stdout(io.StringIO()) as printed:
    exec(re.search(r"```python\\n(.+?)```", ModelCard.load(detector).text, re.DOTALL).group(1), {})

import upload_filter
upload_filter.config.threshold_high = 1.5
with TestClient(upload_filter.app) as web:
    uploads = []
    for name, content in (("photo.jpg", open(photo, "rb").read()), ("letter.jpg", b"Dear all")):
        answer = web.post("/upload", files={"file": (name, content)})
        uploads.append([answer.status_code, answer.json()])
upload_filter.config.threshold_high = 0.0
with TestClient(upload_filter.app) as web:
    uploads.append([web.post("/upload", files={"file": ("photo.jpg", open(photo, "rb").read())}).status_code, {}])

import dataset_filter
dataset_filter.classifier.model.config.threshold_high = 2.0
everything = dataset_filter.without_fakes(data, "val")
dataset_filter.classifier.model.config.threshold_high = sorted(everything["p_fake"])[2]
kept = dataset_filter.without_fakes(data, "val")

print(json.dumps({
    "classes": [type(model).__module__.split(".")[0], type(processor).__module__.split(".")[0]],
    "logits": logits.tolist(),
    "scores": upload_filter.classifier(photo),
    "snippet": printed.getvalue().strip(),
    "uploads": uploads,
    "splits": {name: len(part) for name, part in loaded.items()},
    "features": {name: str(feature) for name, feature in loaded["train"].features.items()},
    "labels": loaded["train"].features["label"].names,
    "row": {**{k: v for k, v in loaded["train"][0].items() if k != "image"}, "size": loaded["train"][0]["image"].size},
    "filtered": [len(everything), len(kept)],
    "ours": [name for name in sys.modules if name.partition(".")[0] in ("realfake_hf", "hub_card", "space_app")],
}))
"""


def test_stranger_judges_filters_and_loads(
    hub: HubServer, tiny_model: Path, photo_paths: list[Path], make_imagefolder, run_stranger, tmp_path: Path
) -> None:
    push_model(tiny_model, Destination("me/detector", private=True))
    data = make_imagefolder({"train": 4, "val": 4}, size=64)
    push_data(data, Destination("me/photos"), licence="cc0-1.0")
    shutil.rmtree(data)

    seen = run_stranger(SCRIPT, photo_paths[0], CONSUMERS, "me/detector", "me/photos", DETECTOR="me/detector")

    assert seen["ours"] == []
    assert seen["classes"] == ["transformers_modules", "transformers_modules"]
    assert [request for request in hub.requests if request.startswith("GET /v2/reconstructions/")]  # by Xet
    here = load_model(tiny_model)
    with torch.no_grad():
        logits = here.model(**here.processor(Image.open(photo_paths[0]), return_tensors="pt")).logits
    assert torch.equal(torch.tensor(seen["logits"]), logits)
    p_fake = next(row["score"] for row in seen["scores"] if row["label"] == "fake")
    assert p_fake == pytest.approx(float(logits.softmax(-1)[0, 1]), abs=1e-7)

    assert seen["snippet"] == str(seen["scores"])

    accepted, no_image, refused = seen["uploads"]
    assert accepted == [200, {"p_fake": p_fake, "let_somebody_look": p_fake >= 0.5}]
    assert no_image[0] == 415
    assert refused[0] == 422

    assert seen["splits"] == {"train": 8, "val": 8}
    assert seen["labels"] == ["real", "fake"]
    assert seen["row"] == {"label": 0, "source": "real-source-0", "size": [64, 64]}
    assert seen["filtered"] == [8, 2]
