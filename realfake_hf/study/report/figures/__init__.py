"""Figures of a report; each is a function of the facts, drawn in the house style of `pages.style`."""

from __future__ import annotations
