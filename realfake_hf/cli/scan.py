"""`realfake scan`: verdicts for files, folders, globs and lists of paths."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from realfake_hf.cli.option_names import name_options
from realfake_hf.cli.options import device_option, model_option, printing_options, remote_code_option
from realfake_hf.cli.table import VerdictTable, complain, printable

if TYPE_CHECKING:
    from realfake_hf.detection.scanning.fakes_folder import FakesFolder
    from realfake_hf.detection.scanning.scan import Scan, ScanSummary
    from realfake_hf.statistics.decision import Label

COUNTED: dict[Label | None, str] = {"real": "real", "unsure": "unsure", "fake": "fake", None: "not judged"}
"""Labels in the order of the summary, and how it calls them."""


@click.command(short_help="Verdicts for files, folders, globs and lists of paths.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@model_option
@click.option(
    "--output", "-o", metavar="FILE", help=".jsonl, .csv or .parquet; a path, or a URL such as s3://bucket/v.parquet."
)
@click.option(
    "--heatmaps", type=click.Path(path_type=Path), metavar="DIR", help="Write where the model looked, a PNG an image."
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a page (.html) with pictures; beside --heatmaps with heatmaps too, which take seconds an image. "
    "Needs the extra report: pip install 'realfake-hf[report]'.",
)
@click.option(
    "--move-fakes",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="At the end, move the images called fake into DIR, which gets moved.csv; nothing is ever replaced.",
)
@click.option("--overwrite", is_flag=True, help="Replace FILE, and heatmaps, where they exist.")
@click.option("--resume", is_flag=True, help="Go on with FILE: leave out what it has, but for files that have changed.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Threads that read images; by default one a core.")
@click.option("--batch-size", type=click.IntRange(1), default=16, show_default=True, metavar="N")
@click.option("--crops", type=click.IntRange(1), metavar="N", help="Crops judged per image; by default the model's.")
@click.option(
    "--stability",
    type=click.Choice(["off", "auto", "always"]),
    default="off",
    show_default=True,
    help="Judge again recompressed, resized and cropped; unsure where that turns the verdict. auto: near a threshold.",
)
@click.option(
    "--fail-on", type=click.Choice(["fake", "unsure"]), help="Exit with 3 at a fake (or at an unsure or a fake)."
)
@click.option(
    "--runtime",
    type=click.Choice(["auto", "torch", "onnx"]),
    default="auto",
    show_default=True,
    help="onnx starts at once; auto takes it for embedded models on the CPU, and where there is no other.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="ray: over a Ray cluster, or all cores here; FILE is then the folder (or URL) of parquet parts, and PATHs "
    "may be URLs, parquet files and tars too. Needs the extra ray.",
)
@click.option("--actors", type=click.IntRange(1), metavar="N", help="Workers of Ray; by default as many as fit.")
@device_option
@remote_code_option
@printing_options
@click.pass_context
def scan(
    ctx: click.Context,
    paths: tuple[str, ...],
    output: str | None,
    heatmaps: Path | None,
    report: Path | None,
    move_fakes: Path | None,
    overwrite: bool,
    resume: bool,
    workers: int | None,
    crops: int | None,
    fail_on: str | None,
    engine: str,
    actors: int | None,
    as_json: bool,
    quiet: bool,
    **settings_of_detector: Any,
) -> None:
    """Say of images whether they are real or fake, or that the model is unsure.

    PATH is a file, a folder (searched recursively), a glob, or - for paths on standard input. A terminal shows a
    table, a pipe gets one JSON object a line, with the same labels. With --quiet and --output nothing is printed.

    Exit codes: 0 all judged; 1 some images could not be read; 2 wrong usage, or nothing to scan;
    3 --fail-on met.

    \b
    Examples:
      realfake scan photo.jpg holiday/ 'downloads/*.png'
      realfake scan photos/ --output verdicts.csv --resume
      find . -name '*.webp' | realfake scan - --fail-on fake
      realfake scan uploads/ --move-fakes review/
      realfake scan photos/ --heatmaps heatmaps/ --report report.html
      realfake scan s3://b/photos --engine ray --output s3://b/verdicts --resume
    """
    from realfake_hf.detection.detector_settings import DetectorSettings

    settings = DetectorSettings(num_crops=crops, **settings_of_detector)
    if engine == "ray":
        from realfake_hf.cli.scan_parts import exit_code, scan_in_parts

        found = scan_in_parts(
            paths,
            output=output,
            settings=settings,
            unsupported={"heatmaps": heatmaps, "report": report, "move_fakes": move_fakes},
            actors=actors,
            cores=workers or 1,
            overwrite=overwrite,
            resume=resume,
            quiet=quiet,
            as_json=as_json,
        )
        ctx.exit(exit_code(found, fail_on))

    from realfake_hf.detection.scanning.scan import Scan
    from realfake_hf.images.image_folders import passed_over_sentence

    prepared = Scan.prepare(
        paths,
        stdin=sys.stdin.buffer,
        output=output,
        heatmaps=heatmaps,
        report=report,
        move_fakes=move_fakes,
        overwrite=overwrite,
        resume=resume,
        identity=lambda: settings.identity,
    )
    printer = _Printer(prepared, as_table=on_terminal() and not as_json, silent=quiet and output is not None)
    with _progress(prepared, quiet) as bar:
        for verdict in prepared.verdicts(lambda: settings.detector(workers)):
            printer.show(verdict, bar)
            bar.update()
    for sentence in (*prepared.summary.undrawn, *prepared.summary.unmoved):
        complain(sentence)
    for sentence in () if quiet else prepared.summary.left_out:
        complain(name_options(sentence, ctx.command))
    if not quiet and (passed_over := passed_over_sentence(prepared.summary.passed_over)):
        complain(passed_over)
    if not quiet and (printer.as_table or sys.stderr.isatty()):
        click.echo(_summary(prepared.summary, output, prepared.fakes, report), err=not printer.as_table)
    ctx.exit(prepared.summary.exit_code(fail_on))  # type: ignore[arg-type]


def on_terminal() -> bool:
    """Whether people read what is printed."""
    return sys.stdout.isatty()


class _Printer:
    """Prints verdicts as they come: rows on a terminal, JSON lines elsewhere."""

    def __init__(self, scan: Scan, *, as_table: bool, silent: bool) -> None:
        self.as_table = as_table
        self.silent = silent
        self._begun = False
        if as_table:
            paths = [*map(str, scan.images), *(failure.path or "" for failure in scan.failures)]
            self._table = VerdictTable(paths)

    def show(self, verdict: Any, bar: Any) -> None:
        """Print one verdict without disturbing the progress bar."""
        if not self.silent:
            if self.as_table and not self._begun:
                bar.write(self._table.header(), file=sys.stdout)
                self._begun = True
            line = self._table.row(verdict) if self.as_table else verdict.record.to_json()
            bar.write(line, file=sys.stdout)
            sys.stdout.flush()
        if verdict.error and (self.silent or not self.as_table):
            bar.write(printable(verdict.error), file=sys.stderr)


def _progress(scan: Scan, quiet: bool) -> Any:
    from tqdm import tqdm

    total = len(scan.images) + len(scan.failures) + scan.summary.earlier
    # None: shown on a terminal only.
    return tqdm(total=total, initial=scan.summary.earlier, unit="img", leave=False, disable=True if quiet else None)


def _summary(summary: ScanSummary, output: str | None, fakes: FakesFolder | None, report: Path | None) -> str:
    counts = ", ".join(f"{summary.labels[label]} {words}" for label, words in COUNTED.items() if summary.labels[label])
    images = "1 image" if summary.total == 1 else f"{summary.total} images"
    earlier = f" ({summary.earlier} of them earlier)" if summary.earlier else ""
    changed = f"; {summary.changed} changed since and judged again" if summary.changed else ""
    judged = summary.total - summary.earlier
    speed = f"; {judged / summary.seconds:.1f} images/s" if summary.seconds and judged else ""
    files = " and ".join(str(file) for file in (output, report) if file)
    written = f"; written to {files}" if files else ""
    moved = f"; {summary.moved} moved to {fakes.folder}, see {fakes.list_file}" if fakes and summary.moved else ""
    return f"{images}{earlier}: {counts}{changed}{speed}{written}{moved}."
