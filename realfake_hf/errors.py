"""Errors that a user caused and can put right: each message is one sentence meant to be read."""

from __future__ import annotations


class RealFakeError(Exception):
    """Wrong input. The message names the file or key, says what is wrong and what to do about it."""


class UnreadableImageError(RealFakeError):
    """One image cannot be read; the others are not affected."""


class WeightsError(RealFakeError):
    """Pretrained weights that a recipe names cannot be loaded: not there, no network, or of another format."""
