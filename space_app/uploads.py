"""What was uploaded, as images to judge: files, folders and zips, within the limits."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from realfake_hf.errors import RealFakeError, one_line
from realfake_hf.images.image_folders import RAW_EXTENSIONS, begins_like_an_image, is_image, is_image_name
from realfake_hf.images.regular_file import open_regular
from space_app.limits import MEGABYTE, Limits

JUNK_FOLDERS = {"__MACOSX"}
MAX_MEMBERS = 10_000
"""Of a zip: its directory is read again for every image."""


@dataclass(frozen=True)
class UploadedImage:
    """One image of a batch: a file, or a member of a zip that stays inside it.

    Attributes:
        name: as tables and messages call it.
        path: of the file, or of the zip.
        member: its position in the zip's directory; None for a plain file.
    """

    name: str
    path: Path
    member: int | None = None

    def read(self, limit: int) -> io.BytesIO:
        """Its bytes, under its name; nothing is ever written under a name from a zip.

        Args:
            limit: bytes; a zip may declare less than it unpacks to, so what is read is what counts.

        Raises:
            RealFakeError: larger than the limit, or damaged.
        """
        try:
            if self.member is None:
                with open_regular(self.path, self.name) as stream:
                    content = stream.read(limit + 1)
            else:
                with zipfile.ZipFile(self.path) as archive, archive.open(archive.infolist()[self.member]) as stream:
                    content = stream.read(limit + 1)
        except RealFakeError:
            raise
        except RuntimeError:  # zipfile's word for a password
            raise RealFakeError(f"{self.name} is protected by a password: pack it without one.") from None
        except Exception as error:  # damaged zips raise BadZipFile, zlib.error, EOFError, NotImplementedError, ...
            raise RealFakeError(f"{self.name} cannot be unpacked: {one_line(error, 120)}.") from None
        if len(content) > limit:
            raise RealFakeError(f"{self.name} is larger than the {limit // MEGABYTE} MB allowed here.")
        image = io.BytesIO(content)
        image.name = self.name
        return image


@dataclass(frozen=True)
class Uploads:
    """What a batch consists of.

    Attributes:
        images: at most `Limits.max_images`, in the order given.
        notes: a sentence about everything that was left out.
    """

    images: list[UploadedImage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, paths: Sequence[str | Path], limits: Limits) -> Uploads:
        """Look into uploaded files and zips; no image is read yet.

        Raises:
            RealFakeError: there is no image among them.
        """
        images: list[UploadedImage] = []
        notes: list[str] = []
        others = 0
        for path in map(Path, paths):
            if path.suffix.lower() == ".zip":
                try:
                    found = list(_members(path))
                except Exception as error:  # as above
                    notes.append(f"{path.name} is not a zip file that can be read: {one_line(error, 120)}.")
                    continue
                images += [image for image in found if image is not None]
                others += found.count(None)
            elif is_image(str(path)):
                images.append(UploadedImage(path.name, path))
            else:
                others += 1
        if others:
            notes.append(f"{_counted(others, 'file')} left out that {'is' if others == 1 else 'are'} no image.")
        if not images:
            raise RealFakeError(" ".join(notes) or "There is nothing to judge: choose images, a folder or a zip.")
        if len(images) > limits.max_images:
            notes.append(
                f"Only the first {limits.max_images} of {len(images)} images are judged: "
                f"`realfake scan` on your own machine takes any number."
            )
        return cls(_told_apart(images[: limits.max_images]), notes)


def _told_apart(images: list[UploadedImage]) -> list[UploadedImage]:
    """The second `cat.jpg` becomes `cat (2).jpg`: files from several folders and zips may share a name."""
    seen: Counter[str] = Counter()
    told = []
    for image in images:
        seen[image.name] += 1
        stem, dot, suffix = image.name.rpartition(".")
        again = f"{stem or suffix} ({seen[image.name]}){dot}{suffix if dot else ''}"
        told.append(image if seen[image.name] == 1 else replace(image, name=again))
    return told


def _members(path: Path) -> Iterator[UploadedImage | None]:
    """The images of a zip; None for a file that is none. Folders, hidden names and a Mac's extra files are skipped."""
    with zipfile.ZipFile(path) as archive:
        if len(archive.infolist()) > MAX_MEMBERS:
            raise ValueError(f"it has more than {MAX_MEMBERS:,} entries")
        for position, member in enumerate(archive.infolist()):
            name = PurePosixPath(member.filename.replace("\\", "/"))
            if member.is_dir() or JUNK_FOLDERS & set(name.parts) or name.name.startswith("."):
                continue
            inside = "/".join(part for part in name.parts if part not in ("/", ".."))
            yield UploadedImage(inside, path, position) if _is_image(archive, member, name) else None


def _is_image(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: PurePosixPath) -> bool:
    if is_image_name(name.name) or name.suffix.lower() in RAW_EXTENSIONS:
        return is_image_name(name.name)
    try:
        with archive.open(member) as stream:
            return begins_like_an_image(stream.read(32))
    except Exception:  # with a password, or damaged: it would only be named if its name said that it is an image
        return False


def _counted(number: int, noun: str) -> str:
    return f"1 {noun} was" if number == 1 else f"{number} {noun}s were"
