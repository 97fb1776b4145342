"""Many verdicts on one page: a grid of thumbnails that is filtered, searched, sorted, reviewed and exported."""

from realfake_hf.detection.workbench.render import export_html, feed_html, frame_html, script, style
from realfake_hf.detection.workbench.tile import LARGE, MANY, SMALL, Tile, thumbnail

__all__ = ["LARGE", "MANY", "SMALL", "Tile", "export_html", "feed_html", "frame_html", "script", "style", "thumbnail"]
