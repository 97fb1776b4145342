"""What a detector loses on a generator or camera set that its training never saw."""
