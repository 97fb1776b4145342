"""`realfake scan --engine ray`: what is asked, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from realfake_hf.cli.options import print_json
from realfake_hf.cli.table import complain
from realfake_hf.errors import RealFakeError

if TYPE_CHECKING:
    from realfake_hf.detection.detector_settings import DetectorSettings
    from realfake_hf.detection.scanning.ray_scan import PartsSummary

SHOWN_ERRORS = 10


def scan_in_parts(
    paths: tuple[str, ...],
    *,
    output: str | None,
    settings: DetectorSettings,
    unsupported: Mapping[str, Any],
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> PartsSummary:
    """Scan with Ray and print the counts.

    Args:
        paths: of the images.
        output: folder of the parts.
        settings: of the detector.
        unsupported: options of `scan`, by name, that need all verdicts in one place; none may be given.
        quiet, as_json: what to print.
        options: of `scan_with_ray`.

    Raises:
        RealFakeError: an option that this engine does not know, or as `scan_with_ray`.
    """
    from realfake_hf.detection.scanning.ray_scan import scan_with_ray

    for name, value in unsupported.items():
        if value:
            raise RealFakeError(f"The engine ray knows no `{name}`: scan its parts' images again without it.")
    if output is None:
        raise RealFakeError("The engine ray writes parts: name their folder with `output`, a path or a URL.")
    summary = scan_with_ray(paths, output=output, settings=settings, progress=not quiet, **options)
    for sentence in summary.errors[:SHOWN_ERRORS]:
        complain(sentence)
    labels = {label or "not judged": count for label, count in sorted(summary.labels.items()) if count}
    if as_json:
        found = {"output": output, "units": summary.units, "earlier": summary.earlier, "labels": labels}
        print_json(found, indent=True)
    elif not quiet:
        counts = ", ".join(f"{count} {label}" for label, count in labels.items())
        earlier = f" ({summary.earlier} of them earlier)" if summary.earlier else ""
        click.echo(f"{sum(labels.values())} images: {counts}; {summary.units} parts{earlier} in {output}.", err=True)
    return summary


def exit_code(summary: PartsSummary, fail_on: str | None) -> int:
    """As `scan`'s: 0 all judged, 1 some not, 3 what `fail_on` names was found."""
    found = summary.labels["fake"] + (summary.labels["unsure"] if fail_on == "unsure" else 0)
    if fail_on and found:
        return 3
    return 1 if summary.labels[""] else 0
