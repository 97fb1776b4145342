"""What a Hub keeps: repositories with branches, commits and files, and the large files apart from them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import Any

GITATTRIBUTES = b"".join(
    f"{pattern} filter=lfs diff=lfs merge=lfs -text\n".encode()
    for pattern in ("*.arrow", "*.bin", "*.npz", "*.onnx", "*.parquet", "*.pt", "*.safetensors", "*.zip")
)
MAX_REGULAR_BYTES = 10_000_000
DATE = "2026-01-02T03:04:05.000Z"


class HubError(Exception):
    """An answer other than success: status, what the client reads in `X-Error-Code`, and a message."""

    def __init__(self, status: int, message: str, code: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.headers = status, message, code, headers or {}


@dataclass(frozen=True)
class File:
    """One file of a commit; a large one is a pointer of git-lfs for git."""

    content: bytes
    is_lfs: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def blob_id(self) -> str:
        stored = self.pointer if self.is_lfs else self.content
        return hashlib.sha1(b"blob %d\0" % len(stored) + stored).hexdigest()

    @property
    def pointer(self) -> bytes:
        head = "version https://git-lfs.github.com/spec/v1"
        return f"{head}\noid sha256:{self.sha256}\nsize {len(self.content)}\n".encode()


@dataclass(frozen=True)
class Commit:
    oid: str
    parent: str | None
    title: str
    description: str
    files: dict[str, File]


@dataclass
class Repository:
    """One repository. `refs` maps `main`, other branches and `refs/pr/1` to commits."""

    kind: str
    id: str
    private: bool = False
    sdk: str | None = None
    refs: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    discussions: list[dict[str, Any]] = field(default_factory=list)
    variables: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.add_commit("main", None, "initial commit", "", {".gitattributes": File(GITATTRIBUTES, False)})

    @property
    def owner(self) -> str:
        return self.id.partition("/")[0]

    @property
    def files(self) -> dict[str, File]:
        """Those of `main`."""
        return self.at("main").files

    def at(self, revision: str) -> Commit:
        """The commit of a branch, of `refs/pr/N`, or of its own (shortened) hash."""
        oid = self.refs.get(revision) or next((o for o in self.commits if o.startswith(revision)), None)
        if oid is None or not revision:
            raise HubError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return self.commits[oid]

    def history(self, revision: str) -> list[Commit]:
        found, oid = [], self.at(revision).oid
        while oid is not None:
            found.append(self.commits[oid])
            oid = self.commits[oid].parent
        return found

    def add_commit(self, ref: str, parent: str | None, title: str, description: str, files: dict[str, File]) -> Commit:
        number = len(self.commits)
        tree = "".join(f"{path}{file.blob_id}" for path, file in sorted(files.items()))
        oid = hashlib.sha1(f"{self.kind}{self.id}{number}{parent}{title}{tree}".encode()).hexdigest()
        self.commits[oid] = Commit(oid, parent, title, description, files)
        self.refs[ref] = oid
        return self.commits[oid]

    def open_discussion(self, title: str, author: str, *, pull_request: bool) -> int:
        number = len(self.discussions) + 1
        self.discussions.append({
            "num": number, "title": title, "author": {"name": author}, "status": "draft" if pull_request else "open",
            "createdAt": DATE, "isPullRequest": pull_request, "repo": {"name": self.id, "type": self.kind},
            "changes": {"base": "refs/heads/main"}, "filesWithConflicts": [], "events": [], "diff": "",
        })  # fmt: skip
        return number

    def wants_lfs(self, path: str, size: int, sample: bytes) -> bool:
        """As the Hub decides: by .gitattributes, by size, or because it is binary."""
        rules = self.files[".gitattributes"].content.decode().splitlines()
        patterns = [rule.split()[0] for rule in rules if "filter=lfs" in rule]
        named = any(fnmatch(PurePosixPath(path).name, pattern) for pattern in patterns)
        return named or size > MAX_REGULAR_BYTES or is_binary(sample)


def is_binary(sample: bytes) -> bool:
    try:
        sample[:-4].decode() if len(sample) > 4 else sample.decode()
    except UnicodeDecodeError:
        return True
    return b"\0" in sample


def tree_entries(files: dict[str, File], below: str, *, recursive: bool) -> list[dict[str, Any]]:
    """As `/tree` lists them: folders too, files with `lfs` where they are large."""
    prefix = f"{below}/" if below else ""
    inside = {path: file for path, file in files.items() if path.startswith(prefix)}
    if below and not inside:
        raise HubError(404, f"{below} does not exist", "EntryNotFound")
    parents = {str(parent) for path in inside for parent in PurePosixPath(path).parents} - {"."}
    folders = [folder for folder in parents if folder.startswith(prefix)]
    entries = [file_entry(path, file) for path, file in inside.items()]
    entries += [{"type": "directory", "oid": "0" * 40, "size": 0, "path": folder} for folder in folders]
    shown = entries if recursive else [e for e in entries if "/" not in e["path"].removeprefix(prefix)]
    return sorted(shown, key=lambda entry: str(entry["path"]))


def file_entry(path: str, file: File) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": "file", "oid": file.blob_id, "size": len(file.content), "path": path}
    if file.is_lfs:
        entry["lfs"] = {"oid": file.sha256, "size": len(file.content), "pointerSize": len(file.pointer)}
    return entry


def apply_operations(
    files: dict[str, File], operations: list[dict[str, Any]], large: dict[str, bytes]
) -> dict[str, File]:
    """The files after the lines of a commit; nothing is changed where one of them is refused."""
    after = dict(files)
    for operation in operations:
        key, value = operation["key"], operation["value"]
        path = value["path"]
        if key == "file":
            content = base64.b64decode(value["content"], validate=True)
            if len(content) > MAX_REGULAR_BYTES or (content and is_binary(content[:512])):
                raise HubError(400, f"Your push was rejected because {path} is a binary file: use git-lfs.")
            after[path] = File(content, False)
        elif key == "lfsFile":
            content = large.get(value["oid"])
            if content is None:
                raise HubError(400, f"LFS pointer pointed to a file that does not exist: {path}")
            after[path] = File(content, True)
        elif key == "deletedFile":
            if path not in after:
                raise HubError(404, f"A file with this name doesn't exist: {path}", "EntryNotFound")
            del after[path]
        elif key == "deletedFolder":
            after = {name: file for name, file in after.items() if not name.startswith(path.rstrip("/") + "/")}
        else:
            raise HubError(400, f"Unknown operation {key}")
    return after
