"""Records, manifests and journals with anything in them are read, or refused in one sentence."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realfake_hf.errors import RealFakeError
from realfake_hf.records.audit import read_audit
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.cost import ModelCost
from realfake_hf.records.history import read_history
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import EvaluationResult
from realfake_hf.records.run import RunRecord
from realfake_hf.storage.journal import Journal
from realfake_hf.weights import embedded_model_path

EXAMPLES = int(os.environ.get("REALFAKE_FUZZ_EXAMPLES", "100"))
FUZZ = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just([]) | st.just({})

MODEL = embedded_model_path("realfake-net")
READERS: dict[str, Callable[[Path], object]] = {
    "run.json": RunRecord.read,
    "calibration.json": Calibration.read,
    "cost.json": ModelCost.read,
    "history.json": read_history,
    "audit.json": read_audit,
    "results.json": lambda folder: EvaluationResult.read(folder / "results.json"),
}
SEEDS = {name: next(MODEL.rglob(name)).read_text(encoding="utf-8") for name in READERS}


def assert_read_or_refused(folder: Path, name: str) -> None:
    """A record, or one sentence."""
    refusal = "."
    try:
        READERS[name](folder)
    except RealFakeError as error:
        refusal = str(error)
    assert "\n" not in refusal
    assert refusal.endswith(".")


@pytest.mark.parametrize("name", READERS)
@FUZZ
@given(data=st.data())
def test_any_value_anywhere(name: str, data: st.DataObject, tmp_path: Path) -> None:
    record = place = copy.deepcopy(json.loads(SEEDS[name]))
    while True:
        keys: list[Any] = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            place[key] = data.draw(ANYTHING)
            break
        place = inner
    (tmp_path / name).write_text(json.dumps(record), encoding="utf-8")
    assert_read_or_refused(tmp_path, name)


@pytest.mark.parametrize("name", READERS)
@FUZZ
@given(data=st.data())
def test_any_bytes(name: str, data: st.DataObject, tmp_path: Path) -> None:
    content = bytearray(SEEDS[name].encode())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[place:] = b""
    else:
        content[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=6))
    (tmp_path / name).write_bytes(content)
    assert_read_or_refused(tmp_path, name)


@FUZZ
@given(content=st.binary(max_size=200))
def test_predictions(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "p.parquet").write_bytes(b"PAR1" + content + b"PAR1")
    with suppress(RealFakeError):
        found = Predictions.read(tmp_path / "p.parquet")
        assert len(found.label) == len(found.p_fake) == len(found)


@FUZZ
@given(content=st.binary(max_size=120), place=st.integers(0, 60))
def test_journals(content: bytes, place: int, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes((b"00000000000000aa [1]\n00000000000000bb [2]\n00000000000000cc [3]\n")[:place] + content)
    journal: Journal[list[int]] = Journal(path, json.dumps, json.loads)
    journal.append("00000000000000dd", [4])
    assert journal.read(0xDD) == [4]
    journal.close()
