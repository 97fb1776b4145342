"""Where a model looked: signed evidence over an image, drawn, and measured for faithfulness."""

from realfake_hf.detection.heatmaps.compute import heatmap_of, make_heatmap
from realfake_hf.detection.heatmaps.heatmap import CropMap, Heatmap

__all__ = ["CropMap", "Heatmap", "heatmap_of", "make_heatmap"]
