"""A folder to a repository of the Hub: all of it in one commit, or nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from realfake_hf.errors import RealFakeError
from realfake_hf.hub.failures import commit_was_lost, told_in_a_sentence

if TYPE_CHECKING:
    from huggingface_hub import CommitInfo, HfApi

COMMIT_TRIES = 3
"""A commit is tried again when the connection broke; what has arrived is not sent twice."""


@dataclass(frozen=True)
class Destination:
    """Where a push goes.

    Attributes:
        repo: `NAME` (below the account of the token) or `OWNER/NAME`.
        private: create the repository as a private one; an existing public one is refused.
        revision: a branch, made where it is missing, or the `refs/pr/1` of a pull request; by default `main`.
        create_pr: open a pull request instead of committing to the branch.
        message: of the commit.
        token: by default the one of `hf auth login` or HF_TOKEN.
        dry_run: only list what would go; nothing is sent, not even a question.
    """

    repo: str
    private: bool = False
    revision: str | None = None
    create_pr: bool = False
    message: str | None = None
    token: str | None = field(default=None, repr=False)
    dry_run: bool = False


@dataclass(frozen=True)
class Push:
    """What went, or with `dry_run` would go.

    Attributes:
        repo: `OWNER/NAME`; as it was asked for in a dry run.
        url: of the repository, or of the pull request; empty in a dry run.
        commit: hash; empty in a dry run.
        files: path -> bytes.
    """

    repo: str
    url: str
    commit: str
    files: dict[str, int]

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum(self.files.values())


def upload_folder(
    folder: Path, to: Destination, *, kind: str = "model", message: str, space_variables: dict[str, str] | None = None
) -> Push:
    """Send every file of a folder in one commit. The repository is made where it is missing.

    A failed upload leaves the repository's branch as it was. Files that only the repository has stay there.

    Args:
        folder: what to send; all of it.
        to: where to.
        kind: `model`, `dataset` or `space`.
        message: of the commit, where `to` names none.
        space_variables: environment variables of a Space, set before its files arrive.

    Raises:
        RealFakeError: no token, no right to write, no network, and whatever else the Hub refuses.
    """
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    sizes = {name: path.stat().st_size for name, path in files.items()}
    if to.create_pr and to.revision not in (None, "main"):
        raise RealFakeError("A pull request goes to main: give `create_pr` or `revision`, not both.")
    with told_in_a_sentence(to.repo):
        from huggingface_hub.utils import validate_repo_id

        validate_repo_id(to.repo)
        if to.dry_run:
            return Push(to.repo, "", "", sizes)
        api = _api(to)
        repo = _make_repository(api, to, kind)
        for name, value in (space_variables or {}).items():
            api.add_space_variable(repo, name, value)
        commit = _commit(api, repo, files, to, kind, to.message or message)
        _check_arrival(api, repo, commit, sizes, kind)
    url = commit.pr_url or str(commit.commit_url).partition("/commit/")[0]
    return Push(repo, url, commit.oid, sizes)


def full_name(to: Destination) -> str:
    """`OWNER/NAME`, the owner asked of the Hub where none is given; in a dry run nobody is asked.

    Raises:
        RealFakeError: no token, or the Hub does not know it.
    """
    with told_in_a_sentence(to.repo):
        from huggingface_hub.utils import validate_repo_id

        validate_repo_id(to.repo)
        return to.repo if "/" in to.repo or to.dry_run else f"{_api(to).whoami()['name']}/{to.repo}"


def _api(to: Destination) -> HfApi:
    from huggingface_hub import HfApi, get_token

    token = to.token or get_token()
    if token is None:
        raise RealFakeError("You are not logged in to the Hub: run `hf auth login`, or set HF_TOKEN.")
    return HfApi(token=token, library_name="realfake-hf")


def _make_repository(api: HfApi, to: Destination, kind: str) -> str:
    """Its full name; made, with its branch, where it is missing."""
    sdk = "gradio" if kind == "space" else None
    repo = api.create_repo(to.repo, repo_type=kind, exist_ok=True, space_sdk=sdk, private=to.private or None).repo_id
    if to.private and not api.repo_info(repo, repo_type=kind).private:
        raise RealFakeError(f"{repo} exists and is public: make it private on the Hub first, or push to another name.")
    if to.revision not in (None, "main") and not str(to.revision).startswith("refs/"):
        api.create_branch(repo, repo_type=kind, branch=str(to.revision), exist_ok=True)
    return str(repo)


def _commit(api: HfApi, repo: str, files: dict[str, Path], to: Destination, kind: str, message: str) -> CommitInfo:
    from huggingface_hub import CommitOperationAdd

    # Not HfApi.upload_folder: it may make several commits of one folder.
    # A second pull request would be one too many, so that is not tried again.
    tries = 1 if to.create_pr else COMMIT_TRIES
    for attempt in range(1, tries + 1):
        # New operations each time: the client then asks again what has arrived, the commit itself included.
        operations = [CommitOperationAdd(name, path) for name, path in files.items()]
        try:
            return api.create_commit(
                repo,
                operations,
                commit_message=message,
                repo_type=kind,
                revision=to.revision,
                create_pr=to.create_pr,
            )
        except Exception as error:
            if attempt == tries or not commit_was_lost(error):
                raise
            time.sleep(attempt)
    raise AssertionError("unreachable")


def _check_arrival(api: HfApi, repo: str, commit: CommitInfo, sizes: dict[str, int], kind: str) -> None:
    """A push is done when the commit holds every file whole; a .gitignore there could leave one out in silence."""
    from huggingface_hub.hf_api import RepoFile

    tree = api.list_repo_tree(repo, recursive=True, revision=commit.oid, repo_type=kind)
    there = {entry.path: entry.size for entry in tree if isinstance(entry, RepoFile)}
    missing = [name for name, size in sizes.items() if there.get(name) != size]
    if missing:
        raise RealFakeError(
            f"{repo} did not take {', '.join(missing[:3])}: look for a .gitignore there, and push again."
        )
