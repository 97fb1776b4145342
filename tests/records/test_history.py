"""Which epoch's weights a run keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from realfake_hf.records.history import EpochRecord, History


@pytest.mark.parametrize(("best", "kept"), [(True, 2), (False, 3)])
def test_the_best_epoch_is_kept_or_the_last(tmp_path: Path, best: bool, kept: int) -> None:
    history = History(tmp_path / "history.json")
    for epoch, val_loss in enumerate([0.7, 0.5, 0.6], start=1):
        history.append(EpochRecord(epoch, 0.4, 0.8, val_loss, 0.8, seconds=1.0, images_per_second=9.0))
    assert history.kept(best=best).epoch == kept
