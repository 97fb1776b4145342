"""Every candidate under one protocol: same data, same splits, trained, calibrated and measured alike."""
