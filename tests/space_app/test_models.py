"""Which models a visitor may choose from."""

from __future__ import annotations

from pathlib import Path

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.weights import embedded_models
from space_app.models import Models


def test_the_operators_model_comes_first_under_its_name_alone(tiny_model: Path) -> None:
    models = Models.offered(str(tiny_model))

    assert models.names == [tiny_model.name, *embedded_models()]
    assert models.detector(models.default) is models.detector(tiny_model.name)


def test_no_verdict_tells_where_the_operators_model_lies(tiny_model: Path, photo_paths: list[Path]) -> None:
    models = Models.offered(str(tiny_model))
    verdict = models.detector(models.default)(photo_paths[0])
    assert str(verdict.model).startswith(f"{tiny_model.name}@")


def test_an_embedded_model_is_offered_once_and_first_where_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REALFAKE_MODEL", "realfake-net")

    assert Models.offered().names == ["realfake-net", "efficientnet-lite2"]


def test_no_other_name_is_ever_loaded(tiny_model: Path) -> None:
    with pytest.raises(RealFakeError, match="There is no model"):
        Models.offered().detector(str(tiny_model))
