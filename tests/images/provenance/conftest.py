"""Real photographs, saved with metadata of every kind."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from realfake_hf.images.provenance import Provenance, read_provenance


def saved(photo: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    """A photograph's file; `texts` become PNG text chunks."""
    texts = options.pop("texts", {})
    if format == "PNG" and "xmp" in options:
        texts["XML:com.adobe.xmp"] = options.pop("xmp").decode()
    if texts:
        options["pnginfo"] = PngImagePlugin.PngInfo()
        for key, value in texts.items():
            add = options["pnginfo"].add_itxt if key.startswith("XML:") else options["pnginfo"].add_text
            add(key, value)
    stream = io.BytesIO()
    photo.resize((96, 64)).save(stream, format, **options)
    return stream.getvalue()


def exif(**tags: Any) -> Image.Exif:
    """EXIF with tags by name; those of the Exif directory go there."""
    from PIL import ExifTags

    data = Image.Exif()
    inner = data.get_ifd(ExifTags.IFD.Exif)
    for name, value in tags.items():
        tag = ExifTags.Base[name]
        (inner if name in ("UserComment", "DateTimeOriginal", "MakerNote") else data)[tag] = value
    return data


def provenance_of(content: bytes) -> Provenance | None:
    """What a file declares, read as `open_with_facts` does."""
    stream = io.BytesIO(content)
    image = Image.open(stream)
    image.load()
    return read_provenance(image, stream)


@pytest.fixture(scope="session")
def sign() -> Callable[..., bytes]:
    """Sign a file's bytes with a C2PA manifest and a throwaway certificate: `sign(content, mime, actions)`."""
    import c2pa

    signer = _throwaway_signer()

    def signed(content: bytes, mime: str, actions: list[dict[str, Any]], ingredients: int = 0) -> bytes:
        manifest = {
            "claim_generator_info": [{"name": "Test Studio", "version": "1.0"}],
            "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
        }
        builder, target = c2pa.Builder(manifest), io.BytesIO()
        for index in range(ingredients):
            ingredient = {"title": f"part {index}", "relationship": "componentOf"}
            builder.add_ingredient(ingredient, mime, io.BytesIO(content))
        builder.sign(signer, mime, io.BytesIO(content), target)
        return target.getvalue()

    return signed


def _throwaway_signer() -> Any:
    import c2pa
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def name(common: str) -> x509.Name:
        organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test Organisation")
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common), organisation])

    def certificate(subject: str, key: Any, authority_key: Any, *, ca: bool) -> bytes:
        now = datetime.now(timezone.utc)
        usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment"), False)
        usage |= dict.fromkeys(("key_agreement", "encipher_only", "decipher_only"), False)
        builder = (
            x509.CertificateBuilder(name("Test CA"), name(subject), key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(
                x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, **usage), critical=True
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), False)
        )
        if not ca:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
        return builder.sign(authority_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    chain = certificate("Test Signer", key, authority_key, ca=False)
    chain += certificate("Test CA", authority_key, authority_key, ca=True)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return c2pa.Signer.from_info(c2pa.C2paSignerInfo("es256", chain, key.private_bytes(*form), None))


XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" {attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def xmp(attributes: str = "", elements: str = "") -> bytes:
    """An XMP packet with properties in attribute and element form."""
    return XMP.format(attributes=attributes, elements=elements).encode()
