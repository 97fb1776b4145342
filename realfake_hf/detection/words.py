"""The one set of words for an answer and its warnings: tables, cards, reports and web pages say the same."""

from __future__ import annotations

import json
from collections.abc import Sequence

from realfake_hf.statistics.decision import Label

TOO_SMALL = "too small"
HEAVILY_COMPRESSED = "heavily compressed"
OUTSIDE_TRAINING_RANGE = "outside the training range"
UPSCALED = "upscaled"
DRAWING_OR_SCREENSHOT = "a drawing or screenshot"
UNSTABLE = "unstable"
"""Recompressed, resized or cropped a little, the image gets the opposite verdict."""

NOTHING_TO_JUDGE = "nothing to judge"
"""One colour, noise, a strip of pixels: the verdict is unsure whatever `p_fake` says."""

WARNING_MEANINGS = {
    NOTHING_TO_JUDGE: "It shows one colour, noise or a strip of pixels: there is nothing in it that could be judged.",
    TOO_SMALL: "The image is smaller than what the model looks at, so it had little to go by.",
    HEAVILY_COMPRESSED: "Strong compression wipes out most of the traces that a generator leaves.",
    OUTSIDE_TRAINING_RANGE: "The model never saw images of this size or quality: give its answer little weight.",
    UPSCALED: "The image seems enlarged: the fine structure that the model looks at was invented on the way.",
    UNSTABLE: "Recompressing, resizing or cropping it a little turns the verdict around, so none is given.",
    DRAWING_OR_SCREENSHOT: "It looks like a drawing or a screenshot: the model takes many human drawings for fakes.",
}
"""What a warning means to somebody who reads it for the first time."""

WORDS: dict[Label | None, str] = {
    "real": "likely real",
    "unsure": "can't tell",
    "fake": "likely fake",
    None: "not judged",
}
"""A label as people read it; None is an image that could not be judged."""

CANNOT_JUDGE = "can't judge"
DISAGREEMENT = "The file and the model disagree"

_NO_JUDGEMENT = (
    ({NOTHING_TO_JUDGE}, "It shows one colour, noise or a few pixels: there is nothing in it to judge."),
    ({TOO_SMALL, OUTSIDE_TRAINING_RANGE}, "It is smaller than any image that the model learnt from."),
    (
        {HEAVILY_COMPRESSED, OUTSIDE_TRAINING_RANGE},
        "It is compressed harder than all images that the model knows.",
    ),
)
"""Warnings that together leave nothing to judge, and the reason in a sentence."""

_EVEN = 0.05
"""So close to one half an answer leans nowhere."""

LEADS: dict[Label, str] = {
    "real": "It sees little sign of a generator, and puts the chance that a machine made this image at {p}.",
    "unsure": "It puts the chance that a machine made this image at {p}. That is between its thresholds: no answer.",
    "fake": "It sees traces like a generator's, and puts the chance that a machine made this image at {p}.",
}
"""What is said below an answer."""
UNSTABLE_LEAD = "It puts the chance that a machine made this at {p}, but a small change turns the answer around."
CONFLICT_LEAD = (
    "The file says that {said}; by its pixels the model finds it {found} and puts the chance of fake at {p}. "
    "One of the two is wrong: metadata can be forged, and models err."
)
CONFLICT_SAID: dict[Label, str] = {"real": "a generator made it", "fake": "a camera took it"}
"""What the file says where the model finds the opposite."""

TWO_THRESHOLDS = "Below {low} it says likely real; from {high} up, likely fake; in between, it can't tell."
ONE_THRESHOLD = "Below {low} it says likely real; from there up, likely fake."

NOTHING_DECLARED = "The file says nothing about its origin. Most files don't, so that means nothing."
ORIGIN_NOTE = "That is a statement in the file; the answer below comes from the pixels alone."
SEEN = "It looked at {share} of the picture."

NEXT_STEPS = (
    ("Find the original", "The earliest and largest copy of a picture keeps what later ones lose; judge that one."),
    ("Search by image", "A reverse image search shows where else it appeared, since when, and in which words."),
    (
        "Ask for the source file",
        "Whoever took a photograph has the camera's own file, and those before and after.",
    ),
    (
        "Check the credentials",
        "Content Credentials, where a file has them, say how it was made and who signed for it.",
    ),
)
"""What to do next, whatever the answer."""


def why_not_judged(warnings: Sequence[str]) -> str | None:
    """Why an image with these warnings is not to be judged at all, in a sentence; None where it is."""
    return next((reason for needed, reason in _NO_JUDGEMENT if needed <= set(warnings)), None)


def answer(label: Label, p_fake: float) -> str:
    """The answer as a title; one that is open says where it leans.

    Args:
        label: by the model's thresholds.
        p_fake: calibrated probability of fake, 0..1.
    """
    words = WORDS[label].capitalize()
    if label != "unsure" or abs(p_fake - 0.5) < _EVEN:
        return words
    return f"{words}, leans {'fake' if p_fake > 0.5 else 'real'}"


def words_json() -> str:
    """All of it as JSON, for pages that write their cards themselves."""
    words = {
        "words": {str(label): words for label, words in WORDS.items()},
        "cannot_judge": CANNOT_JUDGE,
        "disagreement": DISAGREEMENT,
        "even": _EVEN,
        "leads": LEADS,
        "conflict_lead": CONFLICT_LEAD,
        "conflict_said": CONFLICT_SAID,
        "two_thresholds": TWO_THRESHOLDS,
        "one_threshold": ONE_THRESHOLD,
        "nothing_declared": NOTHING_DECLARED,
        "origin_note": ORIGIN_NOTE,
        "seen": SEEN,
        "warnings": WARNING_MEANINGS,
        "no_judgement": [[sorted(needed), reason] for needed, reason in _NO_JUDGEMENT],
    }
    return json.dumps(words, ensure_ascii=False)
