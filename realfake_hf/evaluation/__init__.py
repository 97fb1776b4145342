"""Measure any detector honestly: tiers, intervals, sources, calibration, comparisons, pictures."""
