from __future__ import annotations

import subprocess
import sys

from realfake_hf.images import degradations


def test_every_public_name_is_there_and_sorted_as_the_linter_wants():
    assert all(hasattr(degradations, name) for name in degradations.__all__)


def test_importing_the_steps_brings_neither_torch_nor_transformers():
    code = (
        "import sys, realfake_hf.images.degradations; "
        "print(sorted({'torch', 'transformers', 'datasets', 'sklearn', 'scipy', 'matplotlib'} & set(sys.modules)))"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
