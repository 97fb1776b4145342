"""Where a model looked: signed evidence over an image, drawn, and measured for faithfulness."""

from realfake_hf.heatmaps.heatmap import CropMap, Heatmap
from realfake_hf.heatmaps.make import heatmap_of, make_heatmap

__all__ = ["CropMap", "Heatmap", "heatmap_of", "make_heatmap"]
