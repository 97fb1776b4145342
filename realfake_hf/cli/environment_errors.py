"""What a library refuses of the environment, in one sentence that names the variable: no fault of anybody's program."""

from __future__ import annotations

import os
import re
import sys

from realfake_hf.cli.system_errors import error_chain

READ_BY_LIBRARIES = re.compile(
    r"(ACCELERATE|CUDA|DATASETS|FSDP|GRADIO|HF|MPL|PARALLELISM|PYTORCH|TORCH|TRANSFORMERS|UVICORN)_?\w*"
    r"|(LOCAL_)?RANK|(LOCAL_)?WORLD_SIZE|MASTER_PORT"
)
"""Names of variables."""

REFUSALS = {
    r"invalid truth value '?(?P<value>.*?)'?": "true or false",
    r"could not convert string to float: '(?P<value>.*)'": "a number",
    r"invalid literal for int\(\) with base 10: '(?P<value>.*)'": "a whole number",
    r"Unknown level: '(?P<value>.*)'": "debug, info, warning, error or critical",
    r"Unknown mixed_precision mode: (?P<value>.*?)\. .*": "no, fp16, bf16 or fp8",
    r"Expected one of (?P<allowed>.*) device type at start of device string: (?P<value>.*)": "",
    r"Invalid log settings: (?P<value>.*?), must be .*": "what TORCH_LOGS=help lists",
    r"'(?P<value>.*)' is not a valid (?P<kind>\w+)": "",
}
"""How a library says that it does not take a value -> what it would take, where it does not say that, too."""

WANTING = {
    "ACCELERATE_USE_DEEPSPEED": r".*'(?P<package>deepspeed)\b.*",
    "ACCELERATE_MIXED_PRECISION": r"Using `fp8` precision requires `(?P<package>\w+)`.*",
}
"""Variables that ask for a package -> how a library says that it is not there."""


def environment_sentence(error: BaseException) -> str | None:
    """One sentence for an error whose cause is the value of a variable; None for any other."""
    for one in error_chain(error):
        text = " ".join(str(one).split())
        for name, missing in WANTING.items():
            said = re.fullmatch(missing, text)
            if said and name in os.environ:
                return f"{name} is {os.environ[name]!r} in the environment: install {said['package']}, or unset it."
        for refusal, allowed in REFUSALS.items():
            said = re.fullmatch(refusal, text)
            variable = said and _variable_of(said["value"])
            if said and variable:
                found = said.groupdict()
                allowed = allowed or found.get("allowed") or _members(found["kind"])
                value = os.environ[variable]
                return f"{variable} is {value!r} in the environment, and may be {allowed}: mend or unset it."
    return None


def _variable_of(value: str) -> str | None:
    """One that has this value, of which libraries may have changed the case."""
    given = [name for name in os.environ if READ_BY_LIBRARIES.fullmatch(name)]
    return next((name for name in given if os.environ[name].strip().lower() == value.lower()), None)


def _members(kind: str) -> str:
    """The values of one of accelerate's enumerations."""
    found = getattr(sys.modules.get("accelerate.utils.dataclasses"), kind, ())
    return ", ".join(str(one.value).lower() for one in found) or "what its library's documentation names"
