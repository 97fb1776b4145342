"""Numbers in, numbers out: bootstrap, paired tests, intervals; no files, no images, no models."""
