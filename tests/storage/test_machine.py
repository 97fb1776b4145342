"""Cores and memory are those that the container allows, in both versions of control groups."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from realfake_hf.storage import machine
from realfake_hf.storage.machine import available_cores, available_memory, wanted_threads

GIB = 1 << 30


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A system of eight cores and 64 GiB; the folder has `cgroup` (this process's groups) and `fs` (their limits)."""
    monkeypatch.setattr(machine, "MEMBERSHIP", tmp_path / "cgroup")
    monkeypatch.setattr(machine, "CONTROL_GROUPS", tmp_path / "fs")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 64 * GIB // 4096, "SC_PAGE_SIZE": 4096}.__getitem__)
    return tmp_path


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_cores_and_memory_are_the_machine_s_where_nothing_limits_them(system: Path) -> None:
    assert (available_cores(), available_memory()) == (8, 64 * GIB)
    write(system / "cgroup", "0::/\n")
    write(system / "fs" / "cpu.max", "max 100000\n")
    write(system / "fs" / "memory.max", "max\n")
    assert (available_cores(), available_memory()) == (8, 64 * GIB)


@pytest.mark.parametrize(("quota", "cores"), [("150000", 2), ("200000", 2), ("10000", 1), ("9000000", 8)])
def test_a_container_limits_cores_and_memory(system: Path, quota: str, cores: int) -> None:
    write(system / "cgroup", "0::/\n")
    write(system / "fs" / "cpu.max", f"{quota} 100000\n")
    write(system / "fs" / "memory.max", f"{2 * GIB}\n")
    assert (available_cores(), wanted_threads(), available_memory()) == (cores, cores, 2 * GIB)


def test_the_narrowest_of_the_groups_around_this_process_counts(system: Path) -> None:
    write(system / "cgroup", "0::/jobs.slice/one.scope\n")
    write(system / "fs" / "jobs.slice" / "cpu.max", "300000 100000\n")
    write(system / "fs" / "jobs.slice" / "one.scope" / "cpu.max", "500000 100000\n")
    write(system / "fs" / "jobs.slice" / "memory.max", f"{GIB}\n")
    assert (available_cores(), available_memory()) == (3, GIB)


def test_version_1_has_a_folder_for_each_controller_and_minus_one_is_no_limit(system: Path) -> None:
    # Inside the container the path is the host's; what is mounted is the group itself.
    write(system / "cgroup", "4:memory:/docker/abc\n3:cpuset:/\n1:cpu,cpuacct:/docker/abc\n")
    write(system / "fs" / "cpu" / "cpu.cfs_quota_us", "-1\n")
    write(system / "fs" / "cpu" / "cpu.cfs_period_us", "100000\n")
    write(system / "fs" / "memory" / "memory.limit_in_bytes", "9223372036854771712\n")
    assert (available_cores(), available_memory()) == (8, 64 * GIB)
    write(system / "fs" / "cpu" / "cpu.cfs_quota_us", "250000\n")
    write(system / "fs" / "memory" / "memory.limit_in_bytes", f"{GIB}\n")
    assert (available_cores(), available_memory()) == (3, GIB)


def test_damaged_limits_count_as_none(system: Path) -> None:
    write(system / "cgroup", "0::/\n")
    write(system / "fs" / "memory.max", "")
    (system / "fs" / "cpu.max").write_bytes(b"\xff\x00 100000")
    assert (available_cores(), available_memory()) == (8, 64 * GIB)


@pytest.mark.parametrize("said", ["", "0", "-1", "abc", "99999999999"])
def test_threads_that_nobody_can_mean_are_one_a_core(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert wanted_threads() == available_cores()


def test_threads_are_those_of_the_outer_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", " 1,2")
    assert wanted_threads() == 1
