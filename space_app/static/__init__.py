"""A page that judges images in the browser alone."""
