"""What a Hub answers: one method per route, over the repositories of a `HubServer`."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from hub_cards import check_card
from hub_repositories import DATE, HubError, Repository, apply_operations, tree_entries
from hub_xet import xet_headers

if TYPE_CHECKING:
    from email.message import Message

    from hub_server import HubServer

KINDS = {"model": "", "dataset": "datasets/", "space": "spaces/"}
ID = r"(?P<id>[\w.-]+/[\w.-]+)"
API = rf"/api/(?P<kind>model|dataset|space)s/{ID}"
PAGE = rf"/(?:(?P<kinds>datasets|spaces)/)?{ID}"
ROUTES = [
    (method, re.compile(pattern), name)
    for method, pattern, name in (
        ("GET", r"/api/whoami-v2", "whoami"),
        ("POST", r"/api/validate-yaml", "validate_yaml"),
        ("POST", r"/api/repos/create", "create"),
        ("GET", rf"{API}(?:/revision/(?P<revision>[^/]+))?", "info"),
        ("GET", rf"{API}/refs", "refs"),
        ("POST", rf"{API}/branch/(?P<branch>[^/]+)", "create_branch"),
        ("POST", rf"{API}/preupload/(?P<revision>[^/]+)", "preupload"),
        ("POST", rf"{API}/commit/(?P<revision>[^/]+)", "commit"),
        ("GET", rf"{API}/commits/(?P<revision>[^/]+)", "commits"),
        ("GET", rf"{API}/tree/(?P<revision>[^/]+)(?:/(?P<path>.+))?", "tree"),
        ("POST", rf"{API}/paths-info/(?P<revision>[^/]+)", "paths_info"),
        ("GET", rf"{API}/variables", "variables"),
        ("POST", rf"{API}/variables", "add_variable"),
        ("GET", rf"{API}/discussions", "discussions"),
        ("POST", rf"{API}/discussions", "open_discussion"),
        ("GET", rf"{API}/discussions/(?P<number>\d+)", "discussion"),
        ("POST", rf"{PAGE}\.git/info/lfs/objects/batch", "lfs_batch"),
        ("PUT", r"/lfs/(?P<oid>[0-9a-f]{64})", "lfs_upload"),
        ("POST", r"/lfs/verify", "lfs_verify"),
        ("GET", rf"{PAGE}/resolve/(?P<revision>[^/]+)/(?P<path>.+)", "resolve"),
        ("GET", r"/storage/(?P<oid>[0-9a-f]{64})", "storage"),
    )
]


class HubApi:
    """Methods named as in ROUTES: they take the groups of their pattern and return a JSON value, or send by themselves.

    Attributes:
        hub: whose repositories they change.
        headers, query, body: of the request.
    """

    hub: HubServer
    headers: Message
    query: dict[str, list[str]]
    body: bytes
    _send: Callable[[int, bytes, dict[str, str]], None]

    # Who asks, and what they may

    def _user(self) -> tuple[str, str] | None:
        given = self.headers.get("Authorization", "")
        if not given:
            return None
        user = self.hub.users.get(given.removeprefix("Bearer "))
        if user is None:
            raise HubError(401, "Invalid credentials in Authorization header")
        return user

    def _readable(self, kind: str, id: str) -> Repository:
        user, repository = self._user(), self.hub.repositories.get((kind, id))
        hidden = repository is not None and repository.private and (user is None or user[0] != repository.owner)
        if repository is None or hidden:
            status, message = (401, "Invalid username or password.") if user is None else (404, "Repository not found")
            raise HubError(status, message, "RepoNotFound")
        return repository

    def _writable(self, kind: str, id: str) -> Repository:
        repository = self._readable(kind, id)
        self._check_right_to_write(repository.owner, kind)
        return repository

    def _check_right_to_write(self, owner: str, kind: str) -> str:
        user = self._user()
        if user is None:
            raise HubError(401, "Invalid username or password.")
        if user[1] != "write":
            raise HubError(403, "Forbidden: you must use a write token to upload to a repository.")
        if user[0] != owner:
            raise HubError(403, f'You don\'t have the rights to create a {kind} under the namespace "{owner}"')
        return user[0]

    def _url(self, repository: Repository) -> str:
        return f"{self.hub.endpoint}/{KINDS[repository.kind]}{repository.id}"

    # Accounts, cards, repositories

    def _whoami(self) -> Any:
        user = self._user()
        if user is None:
            raise HubError(401, "Invalid username or password.")
        return {"type": "user", "name": user[0], "auth": {"accessToken": {"role": user[1]}}, "orgs": []}

    def _validate_yaml(self) -> Any:
        asked = json.loads(self.body)
        errors, warnings = check_card(asked["content"], asked["repoType"])
        answer = {
            "errors": [{"message": message} for message in errors],
            "warnings": [{"message": message} for message in warnings],
        }
        if errors:
            self._send(400, json.dumps(answer).encode(), {"Content-Type": "application/json"})
            return None
        return answer

    def _create(self) -> Any:
        asked = json.loads(self.body)
        kind = asked.get("type") or "model"
        user = self._user()
        id = f"{asked.get('organization') or (user[0] if user else '')}/{asked['name']}"
        self._check_right_to_write(id.partition("/")[0], kind)
        exists = (kind, id) in self.hub.repositories
        if not exists:
            private = asked.get("visibility") == "private" or bool(asked.get("private"))
            self.hub.repositories[kind, id] = Repository(kind, id, private, asked.get("sdk"))
        answer = {"url": self._url(self.hub.repositories[kind, id]), "name": id, "id": id}
        if exists:
            answer["error"] = f"You already created this {kind} repo"
            self._send(409, json.dumps(answer).encode(), {"Content-Type": "application/json"})
            return None
        return answer

    def _info(self, kind: str, id: str, revision: str) -> Any:
        repository = self._readable(kind, id)
        commit = repository.at(revision or "main")
        return {
            "_id": commit.oid[:24], "id": id, "modelId": id, "author": repository.owner, "sha": commit.oid,
            "private": repository.private, "gated": False, "disabled": False, "tags": [], "downloads": 0, "likes": 0,
            "lastModified": DATE, "createdAt": DATE, "siblings": [{"rfilename": path} for path in sorted(commit.files)],
            **({"sdk": repository.sdk} if kind == "space" else {}),
        }  # fmt: skip

    def _refs(self, kind: str, id: str) -> Any:
        refs = self._readable(kind, id).refs
        branches = [{"name": n, "ref": f"refs/heads/{n}", "targetCommit": o} for n, o in refs.items() if "/" not in n]
        pulls = [{"name": n, "ref": n, "targetCommit": o} for n, o in refs.items() if n.startswith("refs/pr/")]
        return {"branches": branches, "converts": [], "tags": [], "pullRequests": pulls}

    def _create_branch(self, kind: str, id: str, branch: str) -> None:
        repository = self._writable(kind, id)
        if branch in repository.refs:
            raise HubError(409, f"Reference already exists: refs/heads/{branch}")
        start = json.loads(self.body or b"{}").get("startingPoint", "main")
        repository.refs[branch] = repository.at(start).oid
        self._send(201, b"", {})

    def _variables(self, kind: str, id: str) -> Any:
        return self._readable(kind, id).variables

    def _add_variable(self, kind: str, id: str) -> Any:
        asked = json.loads(self.body)
        variables = self._writable(kind, id).variables
        variables[asked["key"]] = {"value": asked["value"], "updatedAt": DATE}
        return variables

    def _discussions(self, kind: str, id: str) -> Any:
        found = self._readable(kind, id).discussions
        return {"discussions": found, "count": len(found), "start": 0}

    def _open_discussion(self, kind: str, id: str) -> Any:
        asked, user = json.loads(self.body), self._user()
        if user is None:
            raise HubError(401, "Invalid username or password.")
        repository = self._readable(kind, id)
        number = repository.open_discussion(asked["title"], user[0], pull_request=asked["pullRequest"])
        if asked["pullRequest"]:
            repository.refs[f"refs/pr/{number}"] = repository.at("main").oid
        return {"num": number}

    def _discussion(self, kind: str, id: str, number: str) -> Any:
        return self._readable(kind, id).discussions[int(number) - 1]

    # Commits and their files

    def _preupload(self, kind: str, id: str, revision: str) -> Any:
        is_pull = "create_pr" in self.query
        repository = self._readable(kind, id) if is_pull else self._writable(kind, id)
        present = repository.at("main" if is_pull else revision).files
        asked, answer = json.loads(self.body), []
        ignored = asked.get("gitIgnore", present[".gitignore"].content.decode() if ".gitignore" in present else "")
        for file in asked["files"]:
            lfs = repository.wants_lfs(file["path"], file["size"], base64.b64decode(file["sample"]))
            known = present.get(file["path"])
            oid = None if known is None else known.sha256 if known.is_lfs else known.blob_id
            mode = "lfs" if lfs else "regular"
            skip = any(fnmatch(file["path"], pattern) for pattern in ignored.split())
            answer.append({"path": file["path"], "uploadMode": mode, "shouldIgnore": skip, "oid": oid})
        return {"files": answer}

    def _commit(self, kind: str, id: str, revision: str) -> Any:
        is_pull = "create_pr" in self.query
        repository = self._readable(kind, id) if is_pull else self._writable(kind, id)
        lines = [json.loads(line) for line in self.body.splitlines() if line]
        if not lines or lines[0]["key"] != "header":
            raise HubError(400, "The first line of a commit must be its header")
        header, parent = lines[0]["value"], repository.at(revision)
        if not header.get("summary"):
            raise HubError(400, "A commit needs a summary")
        if not is_pull and revision not in repository.refs:
            raise HubError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        if header.get("parentCommit") and not parent.oid.startswith(header["parentCommit"]):
            raise HubError(412, "A commit has happened since. Please refresh and try again.")
        files = apply_operations(parent.files, lines[1:], self.hub.large)
        answer: dict[str, Any] = {"success": True, "hookOutput": ""}
        if is_pull:
            user = self._user()
            number = repository.open_discussion(header["summary"], user[0] if user else "", pull_request=True)
            revision = f"refs/pr/{number}"
            answer["pullRequestUrl"] = f"{self._url(repository)}/discussions/{number}"
        commit = repository.add_commit(revision, parent.oid, header["summary"], header.get("description", ""), files)
        return {**answer, "commitOid": commit.oid, "commitUrl": f"{self._url(repository)}/commit/{commit.oid}"}

    def _commits(self, kind: str, id: str, revision: str) -> Any:
        history = self._readable(kind, id).history(revision)
        return [{"id": c.oid, "title": c.title, "message": c.description, "date": DATE, "authors": []} for c in history]

    def _tree(self, kind: str, id: str, revision: str, path: str) -> Any:
        files = self._readable(kind, id).at(revision).files
        return self._expanded(tree_entries(files, path, recursive=self.query.get("recursive") in (["true"], ["True"])))

    def _paths_info(self, kind: str, id: str, revision: str) -> Any:
        files = self._readable(kind, id).at(revision).files
        asked = parse_qs(self.body.decode())
        self.query.update(asked)
        entries = tree_entries(files, "", recursive=True)
        return self._expanded([entry for entry in entries if entry["path"] in asked.get("paths", [])])

    def _expanded(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if self.query.get("expand") in (["true"], ["True"]):
            return [{**entry, "lastCommit": {"id": "0" * 40, "title": "", "date": DATE}} for entry in entries]
        return entries

    def _resolve(self, kinds: str, id: str, revision: str, path: str) -> None:
        repository = self._readable(kinds.removesuffix("s") or "model", id)
        commit = repository.at(revision)
        headers = {"X-Repo-Commit": commit.oid, "Accept-Ranges": "bytes"}
        file = commit.files.get(path)
        if file is None:
            raise HubError(404, "Entry not found", "EntryNotFound", headers)
        if file.is_lfs:
            self.hub.large.setdefault(file.sha256, file.content)
            location = f"{self.hub.storage_endpoint}/storage/{file.sha256}?name={quote(path)}"
            linked = {"X-Linked-Etag": f'"{file.sha256}"', "X-Linked-Size": str(len(file.content))}
            if name := self.hub.xet.names.get(file.sha256):
                linked |= xet_headers(self.hub.endpoint, repository.kind, id, revision, name)
            self._send(302, b"", {**headers, **linked, "Location": location})
        else:
            self._send_ranged(file.content, {**headers, "ETag": f'"{file.blob_id}"'})

    def _storage(self, oid: str) -> None:
        if "Authorization" in self.headers:
            raise HubError(400, "A token was sent to the storage of large files")
        self._send_ranged(self.hub.large[oid], {"ETag": f'"{oid}"'})

    def _send_ranged(self, content: bytes, headers: dict[str, str]) -> None:
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if not match or match.group(0) == "bytes=-":
            self._send(200, content, headers)
            return
        first, last = match.groups()
        start = int(first) if first else max(0, len(content) - int(last))
        stop = min(int(last) + 1, len(content)) if first and last else len(content)
        if start >= len(content):
            raise HubError(416, "Range not satisfiable", headers={"Content-Range": f"bytes */{len(content)}"})
        headers = {**headers, "Content-Range": f"bytes {start}-{stop - 1}/{len(content)}"}
        self._send(206, content[start:stop], headers)

    # Large files

    def _lfs_batch(self, kinds: str, id: str) -> Any:
        self._readable(kinds.removesuffix("s") or "model", id)
        objects = []
        for asked in json.loads(self.body)["objects"]:
            oid, size = asked["oid"], asked["size"]
            answer: dict[str, Any] = {"oid": oid, "size": size, "authenticated": True}
            if oid not in self.hub.large:
                upload = {"href": f"{self.hub.storage_endpoint}/lfs/{oid}", "header": {}}
                verify = {"href": f"{self.hub.endpoint}/lfs/verify", "header": {}}
                answer["actions"] = {"upload": upload, "verify": verify}
            objects.append(answer)
        return {"transfer": "basic", "objects": objects}

    def _lfs_upload(self, oid: str) -> None:
        if hashlib.sha256(self.body).hexdigest() != oid:
            raise HubError(400, "BadDigest: the content does not match its sha256")
        self.hub.large[oid] = self.body
        self._send(200, b"", {"ETag": f'"{hashlib.md5(self.body).hexdigest()}"'})

    def _lfs_verify(self) -> Any:
        asked = json.loads(self.body)
        stored = self.hub.large.get(asked["oid"])
        if stored is None or len(stored) != asked["size"]:
            raise HubError(422, "The object was not uploaded whole")
        return {"message": "OK"}
