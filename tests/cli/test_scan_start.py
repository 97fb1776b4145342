"""What a plain scan imports, for that is what it waits for."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = ("torch", "transformers", "datasets", "pandas", "scipy", "sklearn", "pyarrow", "matplotlib", "huggingface_hub")
SCAN = f"""
import sys
from realfake_hf.cli.main import cli
try:
    cli(sys.argv[1:], prog_name="realfake")
except SystemExit as ended:
    assert not ended.code, ended.code
print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
"""


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", SCAN, *arguments], capture_output=True, text=True, timeout=120)


def test_plain_scan_imports_nothing_heavy(photo_paths, tmp_path):
    done = _run("scan", str(photo_paths[0]), "--output", str(tmp_path / "verdicts.csv"))
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (0, ["[]"]), done.stderr
    assert json.loads(done.stdout)["label"] in ("real", "unsure", "fake")


def test_help_imports_no_image_library_either():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "realfake_hf.cli.main", "--help"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert not imported & {*HEAVY, "numpy", "PIL", "onnxruntime"}
