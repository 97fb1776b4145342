"""`realfake export`: a model as ONNX, with its preprocessing as plain JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from realfake_hf.cli.options import print_json, printing_options

if TYPE_CHECKING:
    from realfake_hf.records.export import ExportRecord


@click.command(short_help="A model as ONNX, for programs without torch.")
@click.argument("model")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--onnx", is_flag=True, expose_value=False, help="Write ONNX: the default, and the only format so far.")
@click.option("--int8", is_flag=True, help="Write model_int8.onnx too: a quarter of the size, not quite as exact.")
@click.option("--overwrite", is_flag=True, help="Replace an export in DIR.")
@printing_options
def export(model: str, folder: Path, int8: bool, overwrite: bool, as_json: bool, quiet: bool) -> None:
    """Write MODEL (the default, an embedded model's name, a folder or a Hub id) into DIR as ONNX.

    DIR gets model.onnx, the configs, and preprocessing.json: all that a program in another language must know. The
    result is checked against torch on real images; where it does not agree nothing is written. `realfake scan
    --model DIR` then judges with onnxruntime alone.

    Needs the extra onnx (pip install 'realfake-hf[onnx]') for all of it.

    Exit codes: 0 written; 2 wrong usage, or a model that cannot be loaded or exported.

    \b
    Example:
      realfake export default out/ && realfake scan photo.jpg --model out/
    """
    from realfake_hf.inference.onnx.export import export_model
    from realfake_hf.records.json_record import json_values

    summary = export_model(model, folder, int8=int8, overwrite=overwrite)
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
        lines.append(
            f"{folder / 'model_int8.onnx'}: {int8.size_ratio:.0%} of the size, {int8.speed_ratio:.2f} times as "
            f"fast; p_fake within {int8.agreement.max_p_fake_difference:.3f}, "
            f"{int8.agreement.label_agreement:.0%} of the verdicts are the same."
        )
    return "\n".join(lines)
