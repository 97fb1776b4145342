"""Refuse uploads that look AI-generated, needing only transformers and FastAPI: `uvicorn upload_filter:app`."""

import os

from fastapi import FastAPI, HTTPException, UploadFile
from PIL import Image
from transformers import pipeline

classifier = pipeline("image-classification", os.environ["DETECTOR"], trust_remote_code=True)
config = classifier.model.config
app = FastAPI()


@app.post("/upload")
def upload(file: UploadFile) -> dict[str, float | bool]:
    try:
        image = Image.open(file.file).convert("RGB")
    except (OSError, Image.DecompressionBombError):
        raise HTTPException(415, "This is no image.") from None
    p_fake = next(answer["score"] for answer in classifier(image) if answer["label"] == "fake")
    if p_fake >= config.threshold_high:
        raise HTTPException(422, f"This looks AI-generated ({p_fake:.0%}).")
    return {"p_fake": p_fake, "let_somebody_look": p_fake >= config.threshold_low}
