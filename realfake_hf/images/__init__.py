"""One image: opening it, and what it is (JPEG quality, hash, drawn, enlarged); many images are `data`."""
