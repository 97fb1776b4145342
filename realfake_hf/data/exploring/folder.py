"""The folder that a command writes its findings into."""

from __future__ import annotations

from pathlib import Path

from realfake_hf.errors import RealFakeError


def claim_output(output: str | Path, last_file: str, *, overwrite: bool) -> Path:
    """Make the folder; a finished run left `last_file` in it, which is only replaced when asked for.

    Raises:
        RealFakeError: it is a file, or holds a finished run and `overwrite` was not asked for.
    """
    folder = Path(output).expanduser()
    if folder.exists() and not folder.is_dir():
        raise RealFakeError(f"--output {folder} is a file: name a folder.")
    if (folder / last_file).exists() and not overwrite:
        raise RealFakeError(
            f"{folder} holds {last_file} already: name another --output, or replace it with --overwrite."
        )
    folder.mkdir(parents=True, exist_ok=True)
    return folder
