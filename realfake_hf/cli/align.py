"""`realfake align`: aligned fakes made from one's own photographs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from realfake_hf.cli.options import SEED, device_option, print_json, printing_options
from realfake_hf.cli.table import complain


@click.command(short_help="Aligned fakes made from one's own photographs.")
@click.argument("photos", metavar="PHOTOS")
@click.argument("destination", metavar="DST", type=click.Path(path_type=Path))
@click.option("--vae", metavar="M", help="The autoencoder: a folder or a Hub id.")
@click.option("--tile", type=int, default=192, show_default=True, help="Longest side of a tile, px; a multiple of 8.")
@click.option(
    "--tiles", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="Tiles per photograph."
)
@click.option("--split", metavar="NAME", help="Take this split of PHOTOS alone.")
@click.option(
    "--test", type=float, default=0.2, show_default=True, metavar="SHARE", help="Test split, if PHOTOS has no splits."
)
@click.option(
    "--val", type=float, default=0.2, show_default=True, metavar="SHARE", help="Validation split, of the rest."
)
@click.option("--seed", type=SEED, default=30, show_default=True, help="Of splits, positions and qualities.")
@click.option(
    "--batch-size", type=click.IntRange(1), metavar="N", help="Tiles at once; by default 32 on a GPU, else 4."
)
@click.option(
    "--precision",
    type=click.Choice(["auto", "float32", "bfloat16"]),
    default="auto",
    show_default=True,
    help="auto: bfloat16 where the device has matrix units for it.",
)
@device_option
@click.option("--workers", type=click.IntRange(1), metavar="N", help="To decode and encode; by default one a core.")
@click.option("--overwrite", is_flag=True, help="Remove an earlier result in DST first.")
@click.option("--convert-taef2", is_flag=True, help="Convert taef2_*.pth in PHOTOS into an autoencoder's folder DST.")
@printing_options
@click.pass_context
def align(
    ctx: click.Context,
    photos: str,
    destination: Path,
    vae: str | None,
    convert_taef2: bool,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Pair tiles of PHOTOS with their own reconstructions by the diffusion autoencoder M, as a data set in DST.

    PHOTOS is a folder of photographs, or a data set: then its real images. Nothing is resampled, and both sides get the
    photograph's own JPEG quality and subsampling, so that only the decoder's trace tells them apart. `realfake train
    --data DST` takes the result as it is. A run that was killed goes on where it was.

    M is diffusers' AutoencoderKL or AutoencoderTiny (pip install 'realfake-hf[align]'), or TAEF2, whose published
    weights --convert-taef2 turns into safetensors once.

    Exit codes: 0 all done; 1 some files could not be read; 2 wrong usage, or nothing to read.

    \b
    Examples:
      realfake align photos/ aligned/ --vae stabilityai/sd-vae-ft-mse --tiles 4
      realfake align --convert-taef2 downloads/ taef2/
      realfake align photos/ aligned/ --vae taef2/
    """
    if convert_taef2:
        from realfake_hf.data.aligning.taef2 import convert_taef2 as convert

        folder = convert(photos, destination)
        if as_json:
            print_json({"vae": str(folder)})
        elif not quiet:
            click.echo(f"{folder}: TAEF2 as safetensors; use it with --vae {folder}")
        return
    if vae is None:
        raise click.UsageError("Missing option '--vae': name the autoencoder.")
    from hub_card.dataset_card import write_dataset_card
    from realfake_hf.data.aligning.align import align as run_align

    summary = run_align(photos, destination, vae=vae, progress=not quiet, write_card=write_dataset_card, **settings)
    for remark in summary.unreadable:
        complain(remark.sentence)
    if as_json:
        print_json(summary)
    elif not quiet:
        quality = f", PSNR {summary.psnr:.1f} dB" if summary.psnr is not None else ""
        click.echo(
            f"{summary.destination}: {summary.pairs} pairs of {summary.photos} photographs ({summary.made} made now"
            f"{quality}; {summary.duplicates} duplicates left out, {summary.too_small} too small, "
            f"{len(summary.unreadable)} unreadable)."
        )
    ctx.exit(1 if summary.unreadable else 0)
