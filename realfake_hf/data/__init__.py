"""Many images: layouts, loading, splits, fingerprint; one image is `images`."""
