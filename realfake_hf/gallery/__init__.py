"""The gallery: images that ship with the package, to try it on, each with its truth, its source and its licence.

What a model says of them is never written down by hand: `judge` computes it.
"""
