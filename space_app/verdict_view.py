"""A verdict as the page shows it: in words, on a gauge, with what it is worth."""

from __future__ import annotations

from realfake_hf.detection.verdict import Verdict
from realfake_hf.detection.words import (
    DRAWING_OR_SCREENSHOT,
    HEAVILY_COMPRESSED,
    NOTHING_TO_JUDGE,
    OUTSIDE_TRAINING_RANGE,
    TOO_SMALL,
    UPSCALED,
)
from realfake_hf.pages.templates import percent
from space_app.measured import Measured
from space_app.templates import render

WARNING_MEANINGS = {
    NOTHING_TO_JUDGE: "It shows one colour, noise or a strip of pixels: there is nothing in it that could be judged.",
    TOO_SMALL: "The image is smaller than what the model looks at, so it had little to go by.",
    HEAVILY_COMPRESSED: "Strong compression wipes out most of the traces that a generator leaves.",
    OUTSIDE_TRAINING_RANGE: "The model never saw images of this size or quality: take its answer lightly.",
    UPSCALED: "The image seems enlarged: the fine structure that the model looks at was made up in enlarging.",
    DRAWING_OR_SCREENSHOT: "It looks drawn or like a screen: the model learnt from photographs and may well be wrong.",
}
"""What a warning means to somebody who reads it for the first time; one without a meaning stands as it is."""

_LEADS = {
    "real": "The model sees little sign of a generator: it holds it {p} likely that a machine made this image.",
    "unsure": "The model cannot tell: {p} lies between its two thresholds, and a guess would be worth little.",
    "fake": "The model sees traces like a generator's: it holds it {p} likely that a machine made this image.",
}


def verdict_html(verdict: Verdict, model: str) -> str:
    """The card with the answer."""
    shown = verdict.shown_probability
    if verdict.label is None or shown is None:
        return render("verdict.html", kind="none", words="Not judged", lead=verdict.error or "", gauge=None, facts="")
    facts = [verdict.path, f"{verdict.width} × {verdict.height} px", verdict.format, f"model {model}"]  # noqa: RUF001
    return render(
        "verdict.html",
        kind=verdict.label,
        words=verdict.words.capitalize(),
        lead=_LEADS[verdict.label].format(p=percent(shown)),
        gauge={"p": shown, "low": verdict.threshold_low, "high": verdict.threshold_high},
        facts=" · ".join(fact for fact in facts if fact),
    )


def empty_html() -> str:
    """What stands in the card's place before there is an image."""
    return render("verdict.html", kind="empty", words="", lead="", gauge=None, facts="")


def details_html(verdict: Verdict, measured: Measured) -> str:
    """Beneath the answer: what the file declares, what to mind, what the answer is worth; "" without a verdict."""
    if verdict.label is None:
        return ""
    return render(
        "details.html",
        provenance=(verdict.provenance or {}).get("words"),
        warnings=[(name[:1].upper() + name[1:], WARNING_MEANINGS.get(name, "")) for name in verdict.warnings],
        calibration=measured.calibration,
        threshold_high=verdict.threshold_high,
        headline=measured.headline,
        tier=measured.headline.tiers.get("clean") if measured.headline else None,
        split=next(iter(measured.evaluations), ""),
    )
