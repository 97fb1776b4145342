"""Nonsense in a variable that a library reads is said in one sentence, not as a fault of realfake."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from realfake_hf.cli.environment_errors import environment_sentence
from realfake_hf.errors import RealFakeError

from .conftest import one_sentence

READERS = {
    ("ACCELERATE_USE_CPU", "true or false"): "import accelerate; accelerate.Accelerator()",
    ("ACCELERATE_LOG_LEVEL", "debug, info"): "from accelerate.logging import get_logger; get_logger('a')",
    ("ACCELERATE_DYNAMO_BACKEND", "no, eager, aot_eager, inductor"): "import accelerate; accelerate.Accelerator()",
    ("ACCELERATE_TORCH_DEVICE", "cpu, cuda"): "import accelerate; accelerate.Accelerator()",
    ("HF_HUB_ETAG_TIMEOUT", "a whole number"): "import huggingface_hub.constants",
    ("HF_DATASETS_IN_MEMORY_MAX_SIZE", "a number"): "import datasets",
    ("TORCH_LOGS", "what TORCH_LOGS=help lists"): "import torch",
}
"""Variable and what the sentence allows -> how its library comes to read it."""

READ = """
from realfake_hf.cli.environment_errors import environment_sentence
try:
    {reader}
except Exception as error:
    print(environment_sentence(error))
"""


@pytest.mark.parametrize(("variable", "allowed"), READERS)
def test_variable_is_named_with_what_it_may_be(monkeypatch, variable, allowed):
    monkeypatch.setenv(variable, "xx")
    code = READ.format(reader=READERS[variable, allowed])
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"{variable} is 'xx' in the environment, and may be {allowed}")
    assert said.endswith(": mend or unset it.\n")


def test_training_ends_in_that_sentence(realfake, make_imagefolder, tmp_path):
    data = make_imagefolder({"train": 2, "val": 2}, size=32)
    done = realfake("train", "cnn-128", "--data", data, "-o", tmp_path / "run", "-q", ACCELERATE_MIXED_PRECISION="xx")
    assert done.returncode == 2
    said = "ACCELERATE_MIXED_PRECISION is 'xx' in the environment, and may be no, fp16, bf16 or fp8: mend or unset it."
    assert one_sentence(done.stderr) == said


@pytest.mark.parametrize(
    ("variable", "value", "package"),
    [("ACCELERATE_USE_DEEPSPEED", "true", "deepspeed"), ("ACCELERATE_MIXED_PRECISION", "fp8", "transformer_engine")],
)
def test_package_that_a_variable_asks_for_is_named(
    realfake, make_imagefolder, recipe, tmp_path, variable, value, package
):
    if find_spec(package):
        pytest.skip(f"{package} is there")
    data = make_imagefolder({"train": 2, "val": 2}, size=64)
    done = realfake("train", recipe, "--data", data, "-o", tmp_path / "run", "-q", **{variable: value})
    said = f"{variable} is {value!r} in the environment: install {package}, or unset it."
    assert (done.returncode, one_sentence(done.stderr)) == (2, said)


def test_value_must_be_that_of_a_variable_that_a_library_reads(monkeypatch):
    error = ValueError("invalid truth value 'odd'")
    monkeypatch.setenv("MY_VARIABLE", "odd")
    assert environment_sentence(error) is None
    monkeypatch.setenv("HF_DEBUG", "ODD")
    assert environment_sentence(error).startswith("HF_DEBUG is 'ODD'")
    assert environment_sentence(ValueError("odd")) is None
    wrapped = RealFakeError("The recipe's training settings are refused")
    wrapped.__cause__ = error
    assert environment_sentence(wrapped).startswith("HF_DEBUG is 'ODD'")
