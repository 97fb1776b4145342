from __future__ import annotations

from realfake_hf.errors import first_line, first_sentence, one_line

ERROR = ValueError("\nNo such thing.\nLook  elsewhere. And hurry.\n")


def test_a_message_becomes_its_first_line_sentence_or_a_single_line() -> None:
    assert first_line(ERROR) == "No such thing"
    assert first_sentence(ERROR) == "No such thing"
    assert one_line(ERROR) == "No such thing. Look elsewhere. And hurry"
    assert one_line(ERROR, 16) == "No such thing. L"


def test_an_error_without_a_message_is_named_by_its_type() -> None:
    assert first_line(KeyError()) == one_line(KeyError()) == "KeyError"
