"""Options that several commands share, and how they print records."""

from __future__ import annotations

from dataclasses import dataclass

import click
import pytest
from click.testing import CliRunner

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
