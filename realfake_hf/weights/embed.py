"""Moved to `realfake_hf.study.embed`; `python -m realfake_hf.weights.embed` goes with the next release."""

from __future__ import annotations

import runpy
import warnings

if __name__ == "__main__":
    warnings.warn(
        "realfake_hf.weights.embed has moved: use python -m realfake_hf.study.embed.", DeprecationWarning, stacklevel=1
    )
    runpy.run_module("realfake_hf.study.embed", run_name="__main__", alter_sys=True)
