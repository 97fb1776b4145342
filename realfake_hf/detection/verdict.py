"""What the project says about one image, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

from realfake_hf.detection.words import CANNOT_JUDGE, WORDS, why_not_judged
from realfake_hf.errors import RealFakeError
from realfake_hf.images.provenance import Provenance
from realfake_hf.records.json_record import json_values
from realfake_hf.records.scan import COLUMNS, ScanRecord
from realfake_hf.statistics.decision import Label, shown_per_cent
from realfake_hf.storage.files import JsonObject

if TYPE_CHECKING:
    from realfake_hf.detection.heatmaps.heatmap import Heatmap
    from realfake_hf.detection.pages.card import VerdictCard
    from realfake_hf.detection.pages.track_record import TrackRecord


@dataclass(frozen=True)
class Verdict:
    """One image's verdict; without a label where `error` says why there is none.

    Attributes:
        path: where the image came from; None for one from memory that has no name.
        label: `real`, `unsure` or `fake`; None if the image could not be read or judged.
        p_fake: calibrated probability of fake, 0..1, unrounded; None likewise.
        threshold_low, threshold_high: the model's, by which `label` was decided.
        width, height: in pixels, upright (after EXIF orientation); None if unreadable.
        format: as Pillow names it (`JPEG`, `PNG`, ...); None for arrays.
        warnings: short reasons to trust `p_fake` less.
        provenance: what the file itself declares, None where it declares nothing; never part of `p_fake` or `label`.
        error: None, or one sentence.
        model: which model judged, as `realfake_hf.inference.model_identity.model_identity` gives it.
        bytes, modified: of the file when it was judged, see `FileState`; None for what is no file.
        share_seen: which share of the image the model looked at, 0..1; None where that is not known.
    """

    path: str | None
    label: Label | None = None
    p_fake: float | None = None
    threshold_low: float = 0.5
    threshold_high: float = 0.5
    width: int | None = None
    height: int | None = None
    format: str | None = None
    warnings: list[str] = field(default_factory=list)
    provenance: Provenance | None = None
    error: str | None = None
    model: str | None = None
    bytes: int | None = None
    modified: str | None = None
    share_seen: float | None = None
    _make_heatmap: Callable[[], Heatmap] | None = field(default=None, compare=False, repr=False)
    _track_record: Callable[[], TrackRecord | None] | None = field(default=None, compare=False, repr=False)

    def heatmap(self) -> Heatmap:
        """Where the model looked, and what spoke there for what; computed again at each call.

        The image is read again from its file. One from memory is there if it was judged alone, or as long as the
        caller keeps it. The verdict holds on to its detector for this. A copy by `dataclasses.replace` can do the
        same, one that was pickled cannot.

        Raises:
            RealFakeError: there is no heatmap: the image was not judged, the verdict comes from a file or another
                process, the image is gone, or the model has none.
        """
        if self.label is None:
            raise RealFakeError(f"There is no heatmap of {self.path or 'the image'}: it was not judged.")
        if self._make_heatmap is None:
            raise RealFakeError(f"{self.path or 'The image'} was judged elsewhere: judge it again for its heatmap.")
        return self._make_heatmap()

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_make_heatmap": None, "_track_record": None}

    def card(self) -> VerdictCard:
        """What people are told: the answer in words, how often such answers are right, what to do next."""
        from realfake_hf.detection.pages.card import VerdictCard

        return VerdictCard.of(self, self._track_record() if self._track_record else None)

    def _repr_html_(self) -> str | None:
        """The card, where a notebook shows a verdict; None (its text then) where jinja2 is not installed."""
        if find_spec("jinja2") is None:
            return None
        from realfake_hf.detection.pages.card_html import card_html, card_style

        return f"<style>{card_style()}</style>{card_html(self.card(), heading=3)}"

    @property
    def words(self) -> str:
        """The label as people read it; `can't judge` where nothing in the image can be judged."""
        return CANNOT_JUDGE if self.label and why_not_judged(self.warnings) else WORDS[self.label]

    @property
    def declared(self) -> str | None:
        """The generator that the file itself declares, in a few words (`made by X`); None where it declares none."""
        return self.provenance.note if self.provenance else None

    @property
    def shown_probability(self) -> float | None:
        """`p_fake` as people see it: 0.01 to 0.99, in whole hundredths."""
        return None if self.p_fake is None else shown_per_cent(self.p_fake) / 100

    @property
    def notes(self) -> list[str]:
        """The warnings, and what the file declares, in a few words each."""
        return [*self.warnings, *([f"file says: {self.declared}"] if self.declared else [])]

    @property
    def record(self) -> ScanRecord:
        """The scan record of this verdict."""
        return ScanRecord(**{name: getattr(self, name) for name in COLUMNS})

    def to_record(self) -> JsonObject:
        """The scan record as plain values, ready for JSON."""
        values: JsonObject = json_values(self.record)
        return values

    def __str__(self) -> str:
        if self.shown_probability is None:
            return self.error or f"{self.path or 'The image'}: {self.words}"
        if why_not_judged(self.warnings):
            return f"{self.path or 'The image'}: {self.words} ({', '.join(self.notes)})"
        notes = f"; {', '.join(self.notes)}" if self.notes else ""
        return f"{self.path or 'The image'}: {self.words} (p_fake {self.shown_probability:.0%}{notes})"
