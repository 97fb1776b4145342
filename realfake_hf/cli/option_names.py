"""The library speaks of its parameters (`` `overwrite` ``), people of the command line of its options (--overwrite)."""

from __future__ import annotations

import re

import click

_PARAMETER = re.compile(r"`([a-z][a-z0-9_]*)`")


def name_options(sentence: str, command: click.Command | None) -> str:
    """A sentence with every parameter that is an option of this command called by the option's name."""
    if command is None:
        return sentence
    options: dict[str, str] = {}
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            option = max(parameter.opts, key=len)
            options[str(parameter.name)] = options[option.lstrip("-").replace("-", "_")] = option
    return _PARAMETER.sub(lambda match: options.get(match.group(1), match.group(0)), sentence)
