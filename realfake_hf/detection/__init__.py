"""Verdicts on images: `Detector`, `Verdict`, scans and their reports; measuring detectors is `evaluation`."""
