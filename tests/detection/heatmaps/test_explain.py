"""An interrupted measurement goes on and ends at the figures of one that never stopped."""

from __future__ import annotations

import weakref

import pytest

from realfake_hf.detection.heatmaps import explain as explaining
from realfake_hf.detection.heatmaps import faithfulness, halves
from realfake_hf.detection.heatmaps.measured_so_far import FOLDER
from realfake_hf.errors import RealFakeError

SETTINGS = {"count": 4, "pairs": 3, "seed": 5}


@pytest.fixture
def data(make_imagefolder):
    return make_imagefolder({"val": 3}, size=64)


@pytest.fixture
def stopped_after(monkeypatch):
    """Let Ctrl-C come after so many heatmaps; returns how to count them."""
    made: list[int] = []
    heatmap = faithfulness.predictor_heatmap

    def stop_after(number: int | None) -> list[int]:
        made.clear()

        def counted(predictor, image):
            if number is not None and len(made) == number:
                raise KeyboardInterrupt
            made.append(1)
            return heatmap(predictor, image)

        monkeypatch.setattr(faithfulness, "predictor_heatmap", counted)
        monkeypatch.setattr(halves, "predictor_heatmap", counted)
        return made

    return stop_after


@pytest.mark.parametrize("stop", [0, 2, 3, 5])
def test_same_figures_and_nothing_measured_twice(stop, data, tiny_model, tmp_path, stopped_after):
    undisturbed = explaining.explain(data, output=tmp_path / "undisturbed", model=tiny_model, **SETTINGS)
    stopped_after(stop)
    with pytest.raises(KeyboardInterrupt):
        explaining.explain(data, output=tmp_path / "out", model=tiny_model, **SETTINGS)
    made = stopped_after(None)
    found = explaining.explain(data, output=tmp_path / "out", model=tiny_model, **SETTINGS)
    assert found == undisturbed
    assert len(made) == SETTINGS["pairs"] + SETTINGS["count"] - stop
    assert not (tmp_path / "out" / FOLDER).exists()
    files = [sorted(path.name for path in (tmp_path / name).iterdir()) for name in ("undisturbed", "out")]
    assert files == [["faithfulness.json", "heatmaps.jpg"]] * 2


def test_figures_of_another_seed_are_not_taken(data, tiny_model, tmp_path, stopped_after):
    stopped_after(2)
    with pytest.raises(KeyboardInterrupt):
        explaining.explain(data, output=tmp_path, model=tiny_model, **SETTINGS)
    made = stopped_after(None)
    other = {**SETTINGS, "seed": 6}
    with pytest.raises(RealFakeError, match="interrupted measurement of another model, data set or seed"):
        explaining.explain(data, output=tmp_path, model=tiny_model, **other)
    explaining.explain(data, output=tmp_path, model=tiny_model, overwrite=True, **other)
    assert len(made) == 7


def test_sheet_holds_no_heatmap_longer_than_it_draws_it(data, tiny_model, tmp_path, monkeypatch):
    made: list[weakref.ref] = []
    heatmap = explaining.predictor_heatmap

    def noted(predictor, image):
        assert [one() for one in made] == [None] * len(made)
        found = heatmap(predictor, image)
        made.append(weakref.ref(found))
        return found

    monkeypatch.setattr(explaining, "predictor_heatmap", noted)
    explaining.explain(data, output=tmp_path, model=tiny_model, **SETTINGS)
    assert len(made) > 1
