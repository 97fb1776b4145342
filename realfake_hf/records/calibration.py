"""What `realfake calibrate` found: `calibration.json`."""

from __future__ import annotations

from dataclasses import dataclass, field

from realfake_hf.records.json_record import FolderRecord

CALIBRATION_FILE = "calibration.json"


@dataclass
class Calibration(FolderRecord, file=CALIBRATION_FILE, what="a calibration", remedy="calibrate the model again"):
    """What `realfake calibrate` writes into a model's config, and how sure it is.

    Attributes:
        temperature: divisor of the raw logits, positive.
        threshold_low, threshold_high: p_fake below the first means real, at or above the second fake;
            threshold_low <= 0.5 <= threshold_high.
        max_fpr, max_fnr: the requested limits on reals called fake and fakes called real.
        fpr, fnr: what the thresholds give on the calibration images; None without that class.
        fpr_upper95, fnr_upper95: one-sided 95 % Clopper-Pearson upper bounds of the two.
        fpr_guarantee, fnr_guarantee: the limit that split conformal prediction guarantees on average over calibration
            sets, for new images of the same sources or, where sources are counted, for images of new sources; None
            where there is none.
        ece_before, ece_after: on the calibration images, without any temperature and with this one.
        n_real, n_fake: calibration images.
        n_real_sources, n_fake_sources: how many sources they are of, where the guarantee is for new sources; else None.
        notes: sentences about every fallback that was taken.
        dataset: what the images were, as results call them; empty where it was not said.
    """

    temperature: float
    threshold_low: float
    threshold_high: float
    max_fpr: float
    max_fnr: float
    fpr: float | None
    fnr: float | None
    fpr_upper95: float | None
    fnr_upper95: float | None
    fpr_guarantee: float | None
    fnr_guarantee: float | None
    ece_before: float
    ece_after: float
    n_real: int
    n_fake: int
    n_real_sources: int | None = None
    n_fake_sources: int | None = None
    notes: list[str] = field(default_factory=list)
    dataset: str = ""

    @property
    def is_for_new_sources(self) -> bool:
        """Whether it was made with scores of models that had not seen an image's source."""
        return self.n_real_sources is not None
