"""A data set to the Hub: `realfake push-data`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from realfake_hf.hub.data_files import write_data_files
from realfake_hf.hub.upload import Destination, Push, full_name, upload_folder
from realfake_hf.storage.working import working


@working("Sending the data")
def push_data(
    data: str | Path,
    to: Destination,
    *,
    title: str | None = None,
    licence: str = "other",
    say: Callable[[str], None] | None = None,
) -> Push:
    """Write a data set as parquet with its card and send it in one commit; see `write_data_files`.

    Raises:
        RealFakeError: data that cannot be loaded, or the Hub does not take them.
    """
    to = dataclasses.replace(to, repo=full_name(to))
    with TemporaryDirectory(prefix="realfake-push-") as temporary:
        folder = Path(temporary)
        facts = write_data_files(data, folder, repo=to.repo, title=title, licence=licence, say=say)
        return upload_folder(folder, to, kind="dataset", message=f"{facts.title}: {facts.images} images and card")
