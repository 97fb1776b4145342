"""`realfake export`: a model as ONNX, with its preprocessing as plain JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from realfake_hf.cli.options import no_progress, print_json, printing_options

if TYPE_CHECKING:
    from realfake_hf.records.export import ExportRecord


@click.command(short_help="A model as ONNX, for programs without torch.")
@click.argument("model")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--onnx", is_flag=True, expose_value=False, help="Write ONNX: the default, and the only format so far.")
@click.option("--int8", is_flag=True, help="Write model_int8.onnx too, if it is faster here and loses little.")
@click.option(
    "--calibration-images",
    metavar="DATA",
    help="With --int8: images like yours, a folder or a data set, that set its ranges; by default the gallery's.",
)
@click.option(
    "--check-data",
    metavar="DATA",
    help="With --int8: labelled images to measure the loss on; by default changed verdicts are counted.",
)
@click.option("--split", metavar="NAME", help="Split of --check-data; by default test, else val.")
@click.option("--keep-int8", is_flag=True, help="With --int8: write it even if it is slower or loses more.")
@click.option("--overwrite", is_flag=True, help="Replace an export in DIR.")
@printing_options
def export(
    model: str,
    folder: Path,
    int8: bool,
    calibration_images: str | None,
    check_data: str | None,
    split: str | None,
    keep_int8: bool,
    overwrite: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write MODEL (the default, an embedded model's name, a folder or a Hub id) into DIR as ONNX.

    DIR gets model.onnx, the configs, and preprocessing.json: all that a program in another language must know. The
    result is checked against torch on real images; where it does not agree nothing is written. `realfake scan
    --model DIR` then judges with onnxruntime alone.

    With --int8 the model is quantised statically and run beside the other, in turns, on this machine. It is written
    where it is at least 1.1 times as fast and loses at most .01 of balanced accuracy; export.json says what was
    measured either way.

    Needs the extra onnx (pip install 'realfake-hf[onnx]') for all of it.

    Exit codes: 0 written; 2 wrong usage, or a model that cannot be loaded or exported.

    \b
    Example:
      realfake export default out/ && realfake scan photo.jpg --model out/
      realfake export default out/ --int8 --calibration-images photos/ --check-data labelled/
    """
    if not int8 and (calibration_images or check_data or split or keep_int8):
        raise click.UsageError("--calibration-images, --check-data, --split and --keep-int8 need --int8.")

    from realfake_hf.inference.onnx.export import export_model
    from realfake_hf.records.json_record import json_values

    int8_options = None
    if int8:
        from realfake_hf.inference.onnx.int8 import Int8Options

        int8_options = Int8Options(calibration_images, check_data, split, keep_int8)
    with no_progress(quiet):
        summary = export_model(model, folder, int8=int8_options, overwrite=overwrite)
    if as_json:
        print_json({"folder": str(summary.folder), **json_values(summary.record)})
    elif not quiet:
        click.echo(_words(summary.folder, summary.record))


def _words(folder: Path, record: ExportRecord) -> str:
    lines = [
        f"{folder / 'model.onnx'}: {record.size / 1e6:.1f} MB, opset {record.opset}; logits within "
        f"{record.agreement.max_logit_difference:.1e} of torch on {record.agreement.images} images."
    ]
    if int8 := record.int8:
        is_there = f"{int8.size_ratio:.0%} of the size" if int8.written else "not written; --keep-int8 writes it"
        lines.append(f"{folder / 'model_int8.onnx'}: {is_there}. {int8.verdict}")
    return "\n".join(lines)
