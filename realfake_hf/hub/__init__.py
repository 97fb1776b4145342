"""To the Hub: models, data sets and the Space, each in one commit and with its card."""

from __future__ import annotations

from realfake_hf.hub.push_data import push_data
from realfake_hf.hub.push_model import push_model
from realfake_hf.hub.push_space import push_space
from realfake_hf.hub.upload import Destination, Push

__all__ = ["Destination", "Push", "push_data", "push_model", "push_space"]
