"""Options that several commands share, and how they print records."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from realfake_hf.cli.main import cli
from realfake_hf.cli.options import names, print_json, whole_numbers


@dataclass
class Found:
    """A record."""

    path: str
    share: float


@click.command()
@click.option("--sizes", callback=whole_numbers, default="1")
@click.option("--only", callback=names, default="")
@click.option("--wide", is_flag=True)
def shown(sizes: list[int], only: list[str], wide: bool) -> None:
    print_json({"sizes": sizes, "only": only, "found": Found("größe.jpg", 0.5)}, indent=wide)


def run(*arguments: str) -> str:
    return CliRunner().invoke(shown, arguments).output


def test_lists_are_separated_by_commas_and_records_are_a_line_of_json() -> None:
    assert run("--sizes", "128,224", "--only", "a, b,") == (
        '{"sizes": [128, 224], "only": ["a", "b"], "found": {"path": "größe.jpg", "share": 0.5}}\n'
    )


def test_for_people_json_stands_on_several_lines() -> None:
    assert run("--wide").splitlines()[:2] == ["{", '  "sizes": [']


@pytest.mark.parametrize("given", ["", "128;224", "large"])
def test_what_is_no_list_of_numbers_is_refused_with_an_example(given: str) -> None:
    assert f"{given!r} is not a list of whole numbers, such as 128,224." in run("--sizes", given)


@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("align", "data.aligning.align"),
        ("audit", "data.auditing.audit"),
        ("calibrate", "evaluation.evaluate"),
        ("compare", "evaluation.compare"),
        ("evaluate", "evaluation.evaluate"),
        ("explain", "detection.heatmaps.explain"),
        ("explore", "data.exploring.explore"),
        ("leave-one-out", "study.leave_one_out.leave_one_out"),
        ("prepare", "data.preparing.prepare"),
        ("study", "study.study"),
    ],
)
def test_options_that_are_passed_on_are_parameters_of_what_does_the_work(command: str, module: str) -> None:
    own = cli.get_command(click.Context(cli), command)
    function = "calibrate_folder" if command == "calibrate" else module.rpartition(".")[2]
    known = inspect.signature(getattr(import_module(f"realfake_hf.{module}"), function)).parameters
    taken = inspect.signature(own.callback).parameters
    passed_on = {option.name for option in own.params if option.expose_value} - set(taken)
    assert passed_on
    assert passed_on <= set(known)


@pytest.mark.parametrize("command", ["align", "audit", "explain", "explore", "prepare"])
@pytest.mark.parametrize("seed", ["-1", str(2**32)])
def test_seed_that_no_generator_takes_is_refused(command: str, seed: str) -> None:
    result = CliRunner().invoke(cli, [command, "data", "--seed", seed])
    assert result.exit_code == 2
    assert f"{seed} is not in the range 0<=x<=4294967295" in result.output
