"""Scans that one machine does not finish: the images cut into units, each judged anywhere and written as one part.

Here belong what a unit is, where the parts go, and the engines that spread units over machines.
"""
