"""The data house: find, open, load and prepare images."""
