"""Errors that a user caused and can put right: each message is one sentence meant to be read."""

from __future__ import annotations


class RealFakeError(Exception):
    """Wrong input. The message names the file or key, says what is wrong and what to do about it."""


class UnreadableImageError(RealFakeError):
    """One image cannot be read; the others are not affected."""


class WeightsError(RealFakeError):
    """Pretrained weights that a recipe names cannot be loaded: not there, no network, or of another format."""


def first_line(error: BaseException) -> str:
    """The first line of an error's message, without its full stop; the error's type where it has none."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


def one_line(error: BaseException, length: int = 200) -> str:
    """An error's whole message on one line of at most `length` characters, likewise."""
    return (" ".join(str(error).split()) or type(error).__name__)[:length].rstrip(".")


def first_sentence(error: BaseException) -> str:
    """Of a message, on one line and without its full stop."""
    return " ".join(str(error).split()).split(". ")[0].rstrip(".")
