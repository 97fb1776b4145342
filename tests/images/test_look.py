"""One look at one image: what its file is, what is made of it, or why nothing is."""

from __future__ import annotations

from PIL import Image

from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.hashing import perceptual_hash, sha256
from realfake_hf.images.image_files import open_image
from realfake_hf.images.look import FileFacts, look_at


def size(header: Image.Image, image: Image.Image) -> tuple[tuple[int, int], str]:
    return header.size, image.mode


def test_a_photo_gives_its_facts_and_what_is_made_of_it(photo_paths):
    look = look_at("photo", str(photo_paths[1]), None, size)
    assert (look.result, look.error) == (((451, 300), "RGB"), None)
    assert look.facts.phash == perceptual_hash(open_image(photo_paths[1]))
    content = photo_paths[1].read_bytes()
    assert look == look_at("photo", None, content, size)
    assert (look.facts.bytes, look.facts.sha256) == (len(content), sha256(content))


def test_what_is_wrong_is_a_sentence_beside_what_could_be_read(photo_paths):
    content = photo_paths[1].read_bytes()[:4000]
    look = look_at("photo", None, content, size)
    assert look.result is None
    assert look.error is not None
    assert look.error.startswith("photo is truncated")
    assert (look.facts.width, look.facts.bytes, look.facts.phash) == (451, 4000, None)


def test_nothing_to_read_and_a_failure_of_the_use_end_no_run(photo_paths):
    nothing = look_at("train row 3", None, None, size)
    assert nothing.error == "train row 3 has neither bytes nor a path: the data set is damaged."
    assert nothing.facts == FileFacts()
    assert look_at("photo", str(photo_paths[1]), None, lambda *_: 1 // 0).error == (
        "photo cannot be used: ZeroDivisionError integer division or modulo by zero"
    )


def test_a_header_can_be_refused_before_its_pixels_are_decoded(photo_paths):
    def refuse(header: Image.Image) -> None:
        raise UnreadableImageError(f"no {header.format} today")

    look = look_at("photo", str(photo_paths[1]), None, size, refuse=refuse)
    assert (look.error, look.facts.phash) == ("no JPEG today", None)


def test_facts_are_copied_by_name(photo_paths):
    record = FileFacts()
    look = look_at("photo", str(photo_paths[1]), None, size)
    look.facts.copy_to(record)
    assert record == look.facts
