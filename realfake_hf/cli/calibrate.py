"""`realfake calibrate`: a temperature and thresholds that hold what they promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from realfake_hf.cli.measuring import noted
from realfake_hf.cli.options import device_option, no_progress, print_json, printing_options
from realfake_hf.cli.table import complain, wrapped


@click.command(short_help="Fit a model's temperature and thresholds.")
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "--data",
    required=True,
    multiple=True,
    metavar="DATA",
    help="Images that the model was not trained on; several times for several data sets.",
)
@click.option(
    "--left-out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="What `realfake leave-one-out` wrote of this recipe, or a RUN with linear_probe.left_out_folds: the "
    "thresholds then hold for new sources.",
)
@click.option("--new-sources", is_flag=True, help="No image of a source in DATA was trained on: the same promise.")
@click.option(
    "--max-fpr", type=float, default=0.05, show_default=True, metavar="RATE", help="Real photographs called fake."
)
@click.option("--max-fnr", type=float, metavar="RATE", help="Fakes called real; by default as --max-fpr.")
@click.option("--split", help="By default val, else the only one.")
@click.option("--batch-size", type=click.IntRange(1), default=32, show_default=True, metavar="N")
@click.option("--workers", type=click.IntRange(0), metavar="N", help="Processes that decode; by default one a core.")
@device_option
@printing_options
@click.pass_context
def calibrate(
    ctx: click.Context, model: Path, data: tuple[str, ...], as_json: bool, quiet: bool, **settings: Any
) -> None:
    """Write temperature and thresholds into the config of MODEL, a model's or a RUN folder.

    At most RATE of new real photographs from the same source are then called fake, and as few fakes real; what lies
    between the two thresholds is called unsure. The weights stay as they are; calibration.json says how well it went.

    Exit codes: 0 all judged; 1 some images could not be read; 2 wrong usage, or nothing to load.

    \b
    Example:
      realfake calibrate runs/net --data photos/ --max-fpr 0.02
    """
    from realfake_hf.evaluation.evaluate import calibrate_folder

    with no_progress(quiet):
        run = calibrate_folder(model, list(data), say=noted(quiet), **settings)
    for error in run.errors:
        complain(error)
    found = run.calibration
    if as_json:
        print_json({"folder": str(run.folder), **vars(found), "dataset": run.dataset})
    elif not quiet:
        says = (
            f"{run.folder}: temperature {found.temperature:.3f}, real below {found.threshold_low:.3f}, fake from "
            f"{found.threshold_high:.3f}; calibration error {found.ece_before:.3f} before, {found.ece_after:.3f} after "
            f"({found.n_real} real and {found.n_fake} fake images)."
        )
        for sentence in (says, *found.notes):
            click.echo("\n".join(wrapped("", sentence)))
    ctx.exit(1 if run.errors else 0)
