"""Many images, judged and written down, with a report: on one machine, or cut into units that many judge in parts."""
