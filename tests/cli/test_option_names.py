"""What the library calls by a parameter's name the command line calls by the option's."""

from __future__ import annotations

import click
import pytest

from realfake_hf.cli.option_names import name_options


@click.command
@click.argument("data")
@click.option("--fake-label")
@click.option("--model", "models", multiple=True)
@click.option("-s", "--set", "overrides", multiple=True)
def measure(**_: object) -> None:
    """A command."""


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("name it with `fake_label`.", "name it with --fake-label."),
        ("give another `model`.", "give another --model."),
        ("give `overrides` model.backbone=null.", "give --set model.backbone=null."),
        ("`data` and `overwrite` are no options; `realfake audit` is a command.",) * 2,
    ],
)
def test_options_of_the_command_are_named_and_nothing_else(said: str, shown: str) -> None:
    assert name_options(said, measure) == shown


def test_without_a_command_the_sentence_stays() -> None:
    assert name_options("name it with `fake_label`.", None) == "name it with `fake_label`."
