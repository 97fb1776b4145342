"""What `realfake scan` does: find the images, judge those that are left, keep the records."""
