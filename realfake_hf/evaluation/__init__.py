"""Measure any detector: tiers, intervals, sources, calibration, comparisons, pictures; it trains nothing."""
