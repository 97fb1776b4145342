"""What a file itself declares about its origin, read apart from any score."""

from realfake_hf.images.provenance.provenance import Provenance
from realfake_hf.images.provenance.reading import read_provenance

__all__ = ["Provenance", "read_provenance"]
