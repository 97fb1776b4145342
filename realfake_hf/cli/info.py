"""`realfake info`: versions and devices, or a model or recipe in figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from realfake_hf.cli.options import print_json, printing_options, remote_code_option
from realfake_hf.cli.table import wrapped

NOTHING = {"versions": "not installed"}
"""How a group of values calls one that is not there; elsewhere it is none."""


@click.command(short_help="Versions and devices; a model or recipe in figures.")
@click.argument("target", required=False, metavar="[MODEL|RECIPE]")
@remote_code_option
@printing_options
def info(target: str | None, trust_remote_code: bool, as_json: bool, quiet: bool) -> None:
    """Show versions and devices; of a model or recipe its type, parameters, operations, input and thresholds.

    Of a name that is both a recipe's and an embedded model's, the thresholds are the model's and all else is the
    recipe's. Operations (macs) are multiply-accumulates for one crop. Of a recipe the settings are listed too: the keys
    of `train --set`; training.* takes any other field of TrainingArguments as well.

    \b
    Examples:
      realfake info
      realfake info default
      realfake info realfake-net --json
    """
    values = _installation() if target is None else _described(target, trust_remote_code)
    if as_json:
        print_json(values, indent=True)
    else:
        click.echo("\n".join(_lines(values)))


def _installation() -> dict[str, object]:
    from realfake_hf.records.environment import describe_environment
    from realfake_hf.records.json_record import json_values
    from realfake_hf.training.recipe import recipe_names
    from realfake_hf.weights import embedded_models

    return {**json_values(describe_environment()), "embedded_models": embedded_models(), "recipes": recipe_names()}


def _described(target: str, trust_remote_code: bool) -> dict[str, object]:
    from realfake_hf.records.json_record import json_values
    from realfake_hf.training.description import describe

    described: dict[str, object] = json_values(describe(target, trust_remote_code=trust_remote_code))
    from realfake_hf.training.recipe import load_recipe, recipe_names
    from realfake_hf.training.settings import settable_keys

    if target in recipe_names():
        described["settings"] = settable_keys(load_recipe(target).to_dict())
    return described


def _lines(values: Mapping[str, Any], indent: str = "", *, missing: str = "none") -> list[str]:
    lines = []
    width = max((len(name) for name in values), default=0)
    for name, value in values.items():
        if isinstance(value, Mapping):
            nothing = NOTHING.get(name, missing)
            lines += [f"{indent}{name}", *_lines(value, indent + "  ", missing=nothing)]
        else:
            lines += wrapped(f"{indent}{name:<{width}}  ", missing if value is None else _text(value))
    return lines


def _item(value: Any) -> str:
    """One of a list; a step of an augmentation as JSON, as `--set` takes it."""
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_item, value)) or "none"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)
