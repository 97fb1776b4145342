"""Content Credentials (C2PA): who signed what about an image's making, as the C2PA library reads and validates it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import msgspec
from PIL import Image

from realfake_hf.images.provenance.generator_claim import GeneratorClaim
from realfake_hf.images.provenance.source_type import kind_of, source_code
from realfake_hf.images.provenance.text import clean

NOT_INSTALLED = "has a C2PA manifest that was not read: install realfake-hf[provenance]"
NOT_A_FILE = "has a C2PA manifest that was not read: give the file itself instead of the opened image"
TOO_LARGE = "has a C2PA manifest that was not read: the file is too large"

MAX_BYTES = 200_000_000
"""Larger files are not validated, for validation reads the whole file."""
MAX_ACTIONS = 20
MAX_NAME = 100

_OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
"""c2pa-rs, docs/settings.md: without it a file could make the reader fetch an address of its choice."""


class Action(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of the making.

    Attributes:
        action: `c2pa.created`, `c2pa.edited`, ...
        digital_source_type: its code, see `SourceType`.
        software_agent: the program that took it.
    """

    action: str = ""
    digital_source_type: str | None = None
    software_agent: str | None = None


class ContentCredentials(msgspec.Struct, frozen=True, omit_defaults=True):
    """A C2PA manifest store, in short.

    Attributes:
        state: `Trusted`, `Valid` or `Invalid`, as the library says; `Valid` is a whole signature by a signer who is
            on no trust list here. None where the manifest was not read.
        note: why it was not read, or is not valid.
        claim_generator: the program that wrote the active manifest.
        signer: the organisation (or person) of the signing certificate.
        actions: those of the active manifest.
        ingredients: other images that went into it, counted; None where the manifest was not read.
    """

    state: str | None = None
    note: str | None = None
    claim_generator: str | None = None
    signer: str | None = None
    actions: tuple[Action, ...] = ()
    ingredients: int | None = None

    @property
    def words(self) -> str:
        """As a part of a sentence that begins "The file says:"."""
        if self.state is None:
            return f"it {self.note}"
        by = f" by {self.claim_generator}" if self.claim_generator else ""
        signer = f", signed by {self.signer}" if self.signer else ""
        return f"C2PA manifest{by}{signer} (validation: {self.state})"


def read_credentials(stream: BinaryIO, format: str | None) -> tuple[ContentCredentials, Sequence[GeneratorClaim]]:
    """Read and validate the manifest of a file that has one, without any network.

    Args:
        stream: the whole file; its position is put back.
        format: as Pillow names it.

    Returns:
        What the manifest says, and the generators that the actions of all manifests in it name.
    """
    try:
        import c2pa
    except ImportError:
        return ContentCredentials(note=NOT_INSTALLED), ()
    position = stream.tell()
    try:
        if stream.seek(0, io.SEEK_END) > MAX_BYTES:
            return ContentCredentials(note=TOO_LARGE), ()
        stream.seek(0)
        mime = Image.MIME.get("JPEG" if format == "MPO" else format or "")
        with c2pa.Context.from_dict(_OFFLINE) as context, c2pa.Reader(mime, stream, context=context) as reader:
            store = json.loads(reader.json())
        return _summary(store)
    except Exception as error:  # the library meets arbitrary bytes; a damaged manifest is said, and costs no verdict
        reason = clean(error, 150).rstrip(".") or type(error).__name__
        return ContentCredentials(note=f"has a C2PA manifest that could not be read ({reason})"), ()
    finally:
        stream.seek(position)


def _summary(store: Mapping[str, Any]) -> tuple[ContentCredentials, Sequence[GeneratorClaim]]:
    manifests = store.get("manifests") or {}
    active = manifests.get(store.get("active_manifest") or "") or {}
    signature = active.get("signature_info") or {}
    generator = _generator(active)
    state = clean(store.get("validation_state") or "not stated", 20)
    failures = [status.get("code") for status in store.get("validation_status") or () if isinstance(status, dict)]
    credentials = ContentCredentials(
        state=state,
        note=clean(", ".join(map(str, failures)), 200) or None,
        claim_generator=generator,
        signer=_name(signature.get("issuer")) or _name(signature.get("common_name")),
        actions=tuple(_actions(active))[:MAX_ACTIONS],
        ingredients=len(active.get("ingredients") or ()),
    )
    return credentials, list(_claims(active, manifests.values()))


def _claims(active: Mapping[str, Any], manifests: Any) -> Iterator[GeneratorClaim]:
    for manifest in (active, *(other for other in manifests if other is not active)):
        for action in _actions(manifest):
            if kind := kind_of(action.digital_source_type):
                name = action.software_agent or _generator(manifest) or "a generative model"
                where = "C2PA" if manifest is active else "C2PA, of an ingredient"
                yield GeneratorClaim(name, where, kind)


def _actions(manifest: Mapping[str, Any]) -> Iterator[Action]:
    for assertion in manifest.get("assertions") or ():
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            for action in (assertion.get("data") or {}).get("actions") or ():
                # Version 1 of the assertion keeps the type among the parameters, version 2 beside them.
                parameters = action.get("parameters") or {}
                code = source_code(action.get("digitalSourceType") or parameters.get("digitalSourceType"))
                yield Action(clean(action.get("action"), MAX_NAME), code, _name(action.get("softwareAgent")))


def _generator(manifest: Mapping[str, Any]) -> str | None:
    info = manifest.get("claim_generator_info") or ()
    return _name(info[0] if info else None) or _name(manifest.get("claim_generator"))


def _name(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = " ".join(str(value[key]) for key in ("name", "version") if value.get(key))
    return clean(value, MAX_NAME) or None if isinstance(value, str) else None
