"""`realfake train`: one run of a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from realfake_hf.cli.measuring import noted
from realfake_hf.cli.options import print_json, printing_options

if TYPE_CHECKING:
    from realfake_hf.training.train import TrainSummary


@click.command(short_help="Train a recipe on a data set.")
@click.argument("recipe")
@click.option(
    "--data",
    required=True,
    multiple=True,
    metavar="DATA",
    help="Folder, parquet, tars, save_to_disk folder or Hub id; several times for several data sets, mixed.",
)
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), metavar="RUN", help="The RUN folder.")
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="Override a setting of the recipe; `realfake info RECIPE` lists them.",
)
@click.option("--audit", metavar="FILE", help="audit.json of the data, where it does not lie beside them.")
@click.option("--resume", is_flag=True, help="Go on from RUN's last checkpoint.")
@printing_options
def train(
    recipe: str,
    data: tuple[str, ...],
    output: Path,
    overrides: tuple[str, ...],
    audit: str | None,
    resume: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Train RECIPE (a name of `realfake info`, or a .yaml file) on DATA into the folder RUN.

    RUN/model loads with `from_pretrained`; history.json and run.json say how it came to be. An interrupted run goes
    on with --resume and ends at the same weights. Data without a val split have a fifth of train held out for
    validation.

    \b
    Examples:
      realfake train realfake-net --data photos/ --output runs/net
      realfake train cnn-128 --data d/ -o run --set training.num_train_epochs=3
    """
    from realfake_hf.training.recipe import load_recipe

    checked = load_recipe(recipe, list(overrides))  # before the slow imports

    from realfake_hf.training.train import train as run_training

    summary = run_training(
        checked,
        data=list(data),
        output=output,
        resume=resume,
        quiet=quiet or as_json,
        audit=audit,
        say=noted(quiet),
    )
    if as_json:
        print_json(summary)
    elif not quiet:
        click.echo(
            f"{summary.run}: {_course(summary)} "
            f"(validation loss {summary.val_loss:.3f}, accuracy {100 * summary.val_accuracy:.1f} %)"
            f"{'' if summary.audit is None else f'; audit of the data: {summary.audit}'}."
        )


def _course(summary: TrainSummary) -> str:
    if summary.epochs == 0:
        return f"the head fitted in {summary.seconds:.0f} s"
    epochs = "1 epoch" if summary.epochs == 1 else f"{summary.epochs} epochs"
    return f"{epochs} in {summary.seconds:.0f} s; kept epoch {summary.best_epoch}"
