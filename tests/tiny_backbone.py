"""The smallest backbone that training's tests fit heads to: a ResNet of two stages."""

from __future__ import annotations

BACKBONE = {
    "model_type": "resnet",
    "embedding_size": 8,
    "hidden_sizes": [8, 16],
    "depths": [1, 1],
    "layer_type": "basic",
}
