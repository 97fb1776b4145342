"""From a collection of images to splits without leaks: `realfake prepare`; loading what is prepared is `data`."""
