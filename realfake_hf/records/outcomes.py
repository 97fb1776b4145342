"""How often a model's verdicts were right, wrong and withheld: images by class and verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class ClassOutcomes:
    """The images of one class, counted by the verdict that they got at the model's thresholds."""

    real: int = 0
    unsure: int = 0
    fake: int = 0

    @property
    def total(self) -> int:
        """Images of the class that were judged."""
        return self.real + self.unsure + self.fake

    @classmethod
    def of(cls, labels: Iterable[str]) -> ClassOutcomes:
        """Count labels (`real`, `unsure`, `fake`)."""
        given = list(labels)
        return cls(given.count("real"), given.count("unsure"), given.count("fake"))

    def per_hundred(self) -> dict[str, int]:
        """Of 100 such images, how many get which verdict: whole numbers that add up to 100.

        What rounding down leaves over goes to the largest remainders (Hare and Niemeyer).

        Raises:
            ValueError: there is no image of the class.
        """
        if not self.total:
            raise ValueError("There is no image of this class.")
        counts: dict[str, int] = {"real": self.real, "unsure": self.unsure, "fake": self.fake}
        shares = {label: 100 * count // self.total for label, count in counts.items()}
        by_remainder = sorted(counts, key=lambda label: 100 * counts[label] % self.total, reverse=True)
        for label in by_remainder[: 100 - sum(shares.values())]:
            shares[label] += 1
        return shares


@dataclass(frozen=True)
class Outcomes:
    """Both classes; `photographs` are the real images, `fakes` the generated ones."""

    photographs: ClassOutcomes
    fakes: ClassOutcomes
