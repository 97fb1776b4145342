"""Freed memory stays with the process where the C library can do that."""

from __future__ import annotations

import platform
import subprocess
import sys

PROGRAM = """
import resource, torch
from realfake_hf.inference.allocator import keep_freed_memory
kept = keep_freed_memory() if {keep} else None
network = torch.nn.Sequential(*(torch.nn.Conv2d(16, 16, 3, padding=1) for _ in range(4)))
pixels = torch.zeros(16, 16, 128, 128)
for step in range(8):
    if step == 3:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    network(pixels).square().mean().backward()
print(kept, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def page_faults(*, keep: bool) -> tuple[str, int]:
    run = subprocess.run([sys.executable, "-c", PROGRAM.format(keep=keep)], capture_output=True, text=True, check=True)
    kept, faults = run.stdout.split()
    return kept, int(faults)


def test_memory_is_not_mapped_anew_in_every_training_step() -> None:
    if platform.libc_ver()[0] != "glibc":
        assert page_faults(keep=True)[0] == "False"
        return
    kept, faults = page_faults(keep=True)
    assert kept == "True"
    assert faults < page_faults(keep=False)[1] / 2
