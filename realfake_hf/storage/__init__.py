"""Files and folders, whatever is in them: atomic writing, locks, journals, processes; no format of ours."""
