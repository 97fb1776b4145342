"""Build the page that judges images in the browser alone: `python -m space_app.static.build DIR [--model M]`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click

from realfake_hf.detection.pages.track_record import TrackRecord
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import DEFAULT_MODEL, model_folder
from realfake_hf.inference.onnx.export import MODEL_FILE, PREPROCESSING_FILE, export_model
from realfake_hf.inference.onnx.onnx_model import PROCESSOR_FILE, choose_runtime, read_processor
from realfake_hf.storage.files import write_text
from space_app.static.onnxruntime_web import NOTICE, onnxruntime_web
from space_app.static.page_files import MARKER, write_page_files


def build_page(output: str | Path, model: str | Path = DEFAULT_MODEL, *, overwrite: bool = False) -> Path:
    """Write a folder that any static host can serve: the page, the model as ONNX, and onnxruntime-web.

    Args:
        output: the folder.
        model: as `export_model` takes it, or a folder or an ONNX file that it wrote; its processor takes native crops.
        overwrite: replace a page in the folder.

    Raises:
        RealFakeError: what `export_model` and `onnxruntime_web` raise, a model that resamples images, or a folder that
            holds a page already.
    """
    folder = Path(output).expanduser()
    if (folder / MARKER).exists() and not overwrite:
        raise RealFakeError(f"{folder} holds {MARKER} already: give another folder, or replace it with --overwrite.")
    onnx_file = choose_runtime(model)
    if read_processor((onnx_file.parent if onnx_file else model_folder(model)) / PROCESSOR_FILE).mode != "native-crops":
        raise RealFakeError(
            f"{model} scales images down by rules that browsers do not know: the page takes models with native crops."
        )
    source = model_folder(model) if onnx_file is None else onnx_file.parent
    source = source.parent if source.name == "onnx" else source
    runtime_files = onnxruntime_web()
    for name in ("model", "vendor"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as draft:
        if onnx_file is None or not (onnx_file.parent / PREPROCESSING_FILE).is_file():
            export_model(model, draft)
            onnx_file = Path(draft) / MODEL_FILE
        shutil.copyfile(onnx_file, folder / "model" / MODEL_FILE)
        shutil.copyfile(onnx_file.parent / PREPROCESSING_FILE, folder / "model" / PREPROCESSING_FILE)
    for file in runtime_files:
        shutil.copyfile(file, folder / "vendor" / file.name)
    write_text(folder / "vendor" / "NOTICE.txt", NOTICE)
    write_page_files(folder, TrackRecord.read(source))
    return folder


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--model", "-m", default=DEFAULT_MODEL, show_default=True, help="As realfake export takes or writes it.")
@click.option("--overwrite", is_flag=True, help="Replace a page in DIR.")
def main(folder: Path, model: str, overwrite: bool) -> None:
    """Write a page into DIR that judges images in the browser alone."""
    try:
        build_page(folder, model, overwrite=overwrite)
    except RealFakeError as error:
        raise click.ClickException(str(error)) from None
    click.echo(
        f"{folder}: look at it with `python -m http.server --directory {folder}`, or give it to any static host."
    )


if __name__ == "__main__":
    main()
