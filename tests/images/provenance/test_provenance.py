"""What was found becomes one sentence and one note."""

from __future__ import annotations

from realfake_hf.images.provenance import Provenance
from realfake_hf.images.provenance.camera import Camera
from realfake_hf.images.provenance.content_credentials import ContentCredentials
from realfake_hf.images.provenance.generator_claim import GeneratorClaim
from realfake_hf.images.provenance.source_type import SourceType
from realfake_hf.records.json_record import json_values

CLAIM = GeneratorClaim("X", "XMP CreatorTool", "edited")


def test_nothing_found_is_nothing() -> None:
    assert Provenance.of() is None


def test_everything_found_is_one_sentence() -> None:
    found = Provenance.of(
        (CLAIM,), SourceType.of("digitalCapture", "XMP"), ContentCredentials("Valid"), Camera("Canon", "EOS R5")
    )
    assert found is not None
    assert found.words == (
        "The file says: edited with X (XMP CreatorTool); a digital photograph (XMP digital source type); "
        "C2PA manifest (validation: Valid); taken with Canon EOS R5 (EXIF)."
    )
    assert found.note == "edited with X"


def test_a_source_type_alone_is_noted_only_where_it_says_generated() -> None:
    generated, photograph, unknown = (
        Provenance.of(source_type=SourceType.of(code, "C2PA"))
        for code in ("trainedAlgorithmicMedia", "digitalCapture", "somethingNew")
    )
    assert generated is not None
    assert photograph is not None
    assert unknown is not None
    assert (generated.note, photograph.note, unknown.note) == ("made by a generative model", None, None)
    assert "of the source type somethingNew (C2PA digital source type)" in unknown.words


def test_json_has_only_what_is_declared() -> None:
    found = Provenance.of((CLAIM,))
    assert json_values(found) == {
        "words": "The file says: edited with X (XMP CreatorTool).",
        "note": "edited with X",
        "generators": ({"name": "X", "where": "XMP CreatorTool", "kind": "edited"},),
    }
