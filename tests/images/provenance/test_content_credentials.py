"""C2PA manifests are read and validated by the C2PA library, offline; without it they are still noticed."""

from __future__ import annotations

import builtins
import io
import socket

import pytest
from PIL import Image

from realfake_hf.images.provenance import read_provenance
from realfake_hf.images.provenance.content_credentials import Action
from realfake_hf.images.provenance.manifest_marker import has_manifest
from realfake_hf.records.json_record import json_values

from .conftest import provenance_of, saved, xmp

GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CREATED = {"action": "c2pa.created", "softwareAgent": {"name": "Made-Up Diffusion"}, "digitalSourceType": GENERATED}
CAPTURED = {
    "action": "c2pa.created",
    "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
}
MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "AVIF": "image/avif", "GIF": "image/gif"}
MIMES["TIFF"] = "image/tiff"


@pytest.mark.parametrize("format", sorted(MIMES))
def test_signed_file_of_every_format_tells_who_made_it(photo, sign, format):
    signed = sign(saved(photo, format), MIMES[format], [CREATED])
    provenance = provenance_of(signed)
    credentials = provenance.credentials
    assert (credentials.state, credentials.claim_generator, credentials.signer) == (
        "Valid",
        "Test Studio 1.0",
        "Test Organisation",
    )
    assert credentials.actions == (Action("c2pa.created", "trainedAlgorithmicMedia", "Made-Up Diffusion"),)
    assert provenance.note == "made by Made-Up Diffusion"
    assert provenance.words == (
        "The file says: made by Made-Up Diffusion (C2PA); C2PA manifest by Test Studio 1.0, signed by Test "
        "Organisation (validation: Valid)."
    )


def test_photograph_with_credentials_declares_no_generator(photo, sign):
    provenance = provenance_of(sign(saved(photo, "JPEG"), "image/jpeg", [CAPTURED], ingredients=2))
    assert (provenance.note, provenance.claims, provenance.credentials.ingredients) == (None, (), 2)


def test_generated_ingredient_is_named_as_one(photo, sign):
    part = sign(saved(photo, "JPEG"), "image/jpeg", [CREATED])
    whole = provenance_of(sign(part, "image/jpeg", [CAPTURED], ingredients=1))
    assert [(claim.name, claim.where) for claim in whole.claims] == [("Made-Up Diffusion", "C2PA, of an ingredient")]


def test_changed_picture_makes_the_manifest_invalid(photo, sign):
    signed = bytearray(sign(saved(photo, "JPEG"), "image/jpeg", [CREATED]))
    signed[-40] ^= 1
    credentials = provenance_of(bytes(signed)).credentials
    assert credentials.state == "Invalid"
    assert "mismatch" in credentials.note


def test_cut_manifest_is_said_and_costs_nothing(photo, sign):
    signed = bytearray(sign(saved(photo, "PNG"), "image/png", [CREATED]))
    middle = signed.index(b"c2pa.signature")
    signed[middle : middle + 40] = bytes(40)
    content = bytes(signed)
    provenance = read_provenance(Image.open(io.BytesIO(saved(photo))), io.BytesIO(content))
    assert "C2PA manifest" in provenance.words


def test_without_the_library_the_manifest_is_noticed(photo, sign, monkeypatch):
    signed = sign(saved(photo, "WEBP"), "image/webp", [CREATED])
    imported = builtins.__import__

    def without_c2pa(name, *args, **kwargs):
        if name == "c2pa":
            raise ImportError(name)
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_c2pa)
    provenance = provenance_of(signed)
    note = "has a C2PA manifest that was not read: install realfake-hf[provenance]"
    assert json_values(provenance.credentials) == {"note": note}
    assert provenance.words == f"The file says: it {note}."


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_opened_image_without_its_file_says_that_the_manifest_was_not_read(photo, sign, format):
    image = Image.open(io.BytesIO(sign(saved(photo, format), MIMES[format], [CREATED])))
    assert "give the file itself" in read_provenance(image).words


def test_manifest_elsewhere_is_named_and_never_fetched(photo, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("the network was touched"))
    packet = xmp('dcterms:provenance="https://example.org/manifest.c2pa"')
    words = provenance_of(saved(photo, "JPEG", xmp=packet)).words
    assert words == "The file says: it names a C2PA manifest at https://example.org/manifest.c2pa that was not fetched."


@pytest.mark.parametrize("format", sorted(MIMES))
def test_unsigned_files_have_no_manifest_and_the_stream_stays_where_it_was(photo, format):
    stream = io.BytesIO(saved(photo, format))
    stream.seek(7)
    assert not has_manifest(stream)
    assert stream.tell() == 7
