"""Shortcuts that a classifier could take in a data set, and the verdict that training and cards carry."""

from __future__ import annotations

from realfake_hf.records.audit import AuditResult, load_verdict

__all__ = ["AuditResult", "load_verdict"]
