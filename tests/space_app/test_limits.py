"""Limits that an operator sets."""

from __future__ import annotations

import pytest

from realfake_hf.errors import RealFakeError
from space_app.limits import Limits


def test_the_environment_sets_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REALFAKE_MAX_IMAGES", "7")

    assert Limits.from_environment() == Limits(max_images=7)


@pytest.mark.parametrize("text", ["none", "0", "-1", "1.5"])
def test_what_is_no_limit_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("REALFAKE_MAX_BATCH_MB", text)

    with pytest.raises(RealFakeError, match=f"REALFAKE_MAX_BATCH_MB is '{text}'"):
        Limits.from_environment()
