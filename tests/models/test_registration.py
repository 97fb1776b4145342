"""Fresh processes: what was imported before must not matter, nor what is imported too early."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import realfake_hf
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor

from .battery import build

HEAVY = ("torch", "transformers", "datasets", "gradio", "matplotlib", "sklearn", "pandas", "PIL", "numpy")
ORDERS = {
    "package first": "import realfake_hf",
    "transformers first": "import transformers\nimport realfake_hf",
    "Auto class first": "from transformers import AutoModelForImageClassification\nimport realfake_hf",
    "auto module first": "import transformers.models.auto.modeling_auto\nimport realfake_hf",
    "pipeline first": "from transformers import pipeline\nimport realfake_hf",
    "a module of ours first": "import realfake_hf.models.modeling_realfake_backbone",
}
KNOWN = """
from transformers import AutoConfig, AutoImageProcessor, AutoModelForImageClassification, pipeline
config = AutoConfig.from_pretrained(folder)
model = AutoModelForImageClassification.from_pretrained(folder)
processor = AutoImageProcessor.from_pretrained(folder)
classifier = pipeline("image-classification", folder)
things = (config, model, processor, classifier.model, classifier.image_processor)
assert all(type(thing).__module__.startswith("realfake_hf.models.") for thing in things), things
assert {answer["label"] for answer in classifier(photo)} == {"real", "fake"}
"""
# A process for each order, forked where torch is there already: half of the time goes into that.
IN_EVERY_ORDER = f"""
import json, os, traceback
import torch._dynamo, PIL.Image
assert not [name for name in sys.modules if name.partition(".")[0] in ("transformers", "realfake_hf")]
status = {{}}
for order, first in {ORDERS!r}.items():
    child = os.fork()
    if child == 0:
        try:
            exec(first + {KNOWN!r})
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    status[order] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps(status))
"""


def _run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    return subprocess.run(
        [sys.executable, "-c", "import sys\nfolder, photo = (*sys.argv[1:], '', '')[:2]\n" + code, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def saved_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    build("resnet-50", pooling="gap").save_pretrained(folder)
    RealFakeImageProcessor(size=64).save_pretrained(folder)
    return folder


def test_importing_the_package_imports_nothing_heavy() -> None:
    answer = _run(f"import realfake_hf\nprint([name for name in {HEAVY} if name in sys.modules])")
    assert answer.stdout.strip() == "[]", answer.stdout + answer.stderr


def test_importing_transformers_after_the_package_imports_no_model_yet() -> None:
    answer = _run("import realfake_hf, transformers\nprint([n for n in sys.modules if 'modeling_realfake' in n])")
    assert answer.stdout.strip() == "[]", answer.stdout + answer.stderr


def test_transformers_knows_our_models_in_every_import_order(saved_model: Path, photo_paths: list[Path]) -> None:
    answer = _run(IN_EVERY_ORDER, str(saved_model), str(photo_paths[0]))
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout.splitlines()[-1]) == dict.fromkeys(ORDERS, 0), answer.stdout + answer.stderr
    assert "custom code" not in answer.stdout
    assert "not supported" not in answer.stderr
    assert "not available" not in answer.stderr


def test_public_names_are_what_the_package_says() -> None:
    assert set(realfake_hf.__all__) <= set(dir(realfake_hf))
    assert all(getattr(realfake_hf, name) is not None for name in realfake_hf.__all__)
    with pytest.raises(AttributeError, match="module 'realfake_hf' has no attribute 'missing'"):
        realfake_hf.missing  # noqa: B018 - the look-up is the test
