"""The networks and their image processor. Knows nothing of data, training or the command line.

The `configuration_`, `modeling_` and `image_processing_` files, `labels.py`, `upright_rgb.py`, `square_crops.py` and
`fitted.py` travel to the Hub as remote code: they import torch, transformers, numpy, PIL and one another, and nothing
else.
"""
