"""The verdict card: one image's answer for people, the same in the web demo, reports, notebooks and the static page."""

from realfake_hf.detection.card.card import VerdictCard
from realfake_hf.detection.card.render import card_html, card_style
from realfake_hf.detection.card.track_record import TrackRecord

__all__ = ["TrackRecord", "VerdictCard", "card_html", "card_style"]
