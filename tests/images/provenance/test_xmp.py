"""Properties are read from a packet in every form that XMP allows, whatever stands beside them."""

from __future__ import annotations

import pytest

from realfake_hf.images.provenance.xmp import MAX_BYTES, MAX_VALUE, read_xmp

from .conftest import xmp

TYPE = "Iptc4xmpExt:DigitalSourceType"


@pytest.mark.parametrize(
    ("attributes", "elements"),
    [
        (f'{TYPE}="print"', ""),
        ("", f"<{TYPE}> print </{TYPE}>"),
        ("", f'<{TYPE} rdf:resource="print"/>'),
        ("", f'<{TYPE}><rdf:Description rdf:resource="print"/></{TYPE}>'),
        ("", f"<{TYPE}><rdf:Alt><rdf:li>print</rdf:li></rdf:Alt></{TYPE}>"),
        ("", "<Iptc4xmpExt:DigitalSourcefileType>print</Iptc4xmpExt:DigitalSourcefileType>"),
    ],
)
def test_attributes_elements_resources_and_lists(attributes: str, elements: str) -> None:
    assert read_xmp(xmp(attributes, elements)) == {"DigitalSourceType": "print"}


def test_what_follows_an_element_is_its_own() -> None:
    packet = xmp(
        elements="<dc:description><rdf:Alt><rdf:li xml:lang='en'>a</rdf:li><rdf:li>b</rdf:li></rdf:Alt>"
        "</dc:description><dc:title>passed over</dc:title><xmp:CreatorTool>tool</xmp:CreatorTool>"
    )
    assert read_xmp(packet) == {"description": "ab", "CreatorTool": "tool"}


def test_a_property_inside_another_belongs_to_the_outer_one() -> None:
    packet = xmp(elements="<dc:description>a <xmp:CreatorTool>tool</xmp:CreatorTool> b</dc:description>")
    assert read_xmp(packet) == {"description": "a tool b"}


def test_the_first_value_counts_and_an_empty_one_is_none() -> None:
    packet = xmp(
        'photoshop:Credit="first" xmp:CreatorTool=" "',
        "<photoshop:Credit>second</photoshop:Credit><xmp:CreatorTool>tool</xmp:CreatorTool>",
    )
    assert read_xmp(packet) == {"Credit": "first", "CreatorTool": "tool"}


def test_the_same_name_in_another_namespace_is_another_property() -> None:
    assert read_xmp(xmp(elements="<dc:CreatorTool>tool</dc:CreatorTool>")) == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_padding_and_both_encodings(encoding: str) -> None:
    packet = xmp('xmp:CreatorTool="größe"').decode().encode(encoding)
    assert read_xmp((b"\0\0" if encoding == "utf-8" else b"") + packet) == {"CreatorTool": "größe"}


def test_only_the_beginning_of_an_endless_packet_or_value_is_kept() -> None:
    behind = xmp(elements=f"<dc:title>{'x' * MAX_BYTES}</dc:title><xmp:CreatorTool>tool</xmp:CreatorTool>")
    long = xmp(f'xmp:CreatorTool="{"x" * (MAX_VALUE + 1)}"')
    assert read_xmp(behind) == {}
    assert read_xmp(long) == {"CreatorTool": "x" * MAX_VALUE}
