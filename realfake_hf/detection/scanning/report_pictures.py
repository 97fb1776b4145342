"""The small pictures of a scan's page, made while the images are in memory: only the rows that come first have any."""

from __future__ import annotations

import heapq
from pathlib import Path

from realfake_hf.detection.scanning.scan_report import HEATMAPS, Pair, rank
from realfake_hf.detection.verdict import Verdict


class ReportPictures:
    """Pictures of the verdicts that would stand on top of the page by now, and of no others.

    Args:
        limit: how many are kept.
    """

    def __init__(self, limit: int = HEATMAPS) -> None:
        self._limit = limit
        self._kept: dict[str, Pair] = {}
        self._worst_first: list[tuple[tuple[float, ...], str]] = []

    def wants(self, verdict: Verdict) -> bool:
        """Whether this verdict would have pictures if it were the last."""
        if verdict.label is None or verdict.path is None:
            return False
        return len(self._kept) < self._limit or _last_first(verdict) > self._worst_first[0][0]

    def keep(self, verdict: Verdict, pair: Pair) -> None:
        """Keep the pictures of a verdict that was wanted; those of the last drop out."""
        assert verdict.path is not None
        self._kept[verdict.path] = pair
        heapq.heappush(self._worst_first, (_last_first(verdict), verdict.path))
        if len(self._worst_first) > self._limit:
            self._kept.pop(heapq.heappop(self._worst_first)[1], None)

    def of(self, path: Path) -> Pair | None:
        """The pictures of an image, if they were kept."""
        return self._kept.get(str(path))


def _last_first(verdict: Verdict) -> tuple[float, ...]:
    return tuple(-place for place in rank(verdict.label, verdict.p_fake))
