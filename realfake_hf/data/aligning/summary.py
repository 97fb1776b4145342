"""What `align` did, for people and for `--json`."""

from __future__ import annotations

from dataclasses import dataclass, field

from realfake_hf.data.preparing.prepare_summary import FileRemark, SplitCount


@dataclass
class AlignSummary:
    """The outcome of `align`.

    Attributes:
        destination: the folder written to.
        vae: the autoencoder's plain name.
        photos: photographs seen.
        pairs: pairs of tiles there.
        made: pairs made in this run; the others were there from an earlier one.
        counts: images per split, class and source.
        duplicates: equal photographs left out, and those whose near-duplicates hold another split.
        too_small: photographs without room for a tile.
        removed: outdated files deleted.
        psnr: of the reconstructions made in this run against their tiles before the JPEG, mean, dB; None where none
            was made.
        unreadable: files that could not be used.
    """

    destination: str
    vae: str
    photos: int = 0
    pairs: int = 0
    made: int = 0
    counts: list[SplitCount] = field(default_factory=list)
    duplicates: int = 0
    too_small: int = 0
    removed: int = 0
    psnr: float | None = None
    unreadable: list[FileRemark] = field(default_factory=list)
