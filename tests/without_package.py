"""A process in which this package cannot be imported, as on the machine of somebody who only has a model's folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SCRIPT = """
import json, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "realfake_hf":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
try:
    import realfake_hf
except ModuleNotFoundError:
    pass
else:
    raise SystemExit("realfake_hf can be imported: this proves nothing")

from transformers import pipeline

*folders, photo = sys.argv[1:]
for folder in folders:
    classifier = pipeline("image-classification", folder, trust_remote_code=True)
    assert type(classifier.model).__module__.startswith("transformers_modules."), type(classifier.model)
    assert type(classifier.image_processor).__module__.startswith("transformers_modules.")
    print(json.dumps(classifier(photo)))
assert not [name for name in sys.modules if name.partition(".")[0] == "realfake_hf"]
"""


def scores_without_package(folders: Sequence[Path], photo: Path, workplace: Path) -> list[list[dict[str, Any]]]:
    """What `pipeline` says of a photograph with the model of each folder, whose own code it runs."""
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, folders), str(photo)],
        env={**os.environ, "HF_MODULES_CACHE": str(workplace / "modules"), "HF_HUB_OFFLINE": "1"},
        cwd=workplace,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return [json.loads(line) for line in answer.stdout.splitlines()]
