"""What programs call, through the real client."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from running_app import App

from realfake_hf.detection.detector import Detector

pytestmark = pytest.mark.xdist_group("space")


@pytest.fixture(scope="module")
def client(app: App, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(app.url, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


def test_judge_gives_the_record_that_a_detector_gives(client: Client, photo_paths: list[Path]) -> None:
    record = client.predict(handle_file(photo_paths[0]), "realfake-net", api_name="/judge")

    expected = Detector("realfake-net")(photo_paths[0]).to_record()
    assert record.pop("p_fake") == pytest.approx(expected.pop("p_fake"), abs=1e-5)
    del expected["path"]  # the client would take an object with a path for a file
    expected.update(bytes=None, modified=None)  # an upload is no file of whoever reads the record
    assert record == {**expected, "name": photo_paths[0].name}


def test_judge_batch_takes_zips_and_names_what_is_broken(
    client: Client, photo_paths: list[Path], tmp_path: Path
) -> None:
    archive = tmp_path / "more.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(photo_paths[1], "cat.jpg")
        packed.writestr("empty.png", b"")

    files = [handle_file(photo_paths[0]), handle_file(archive)]
    records = client.predict(files, "efficientnet-lite2", api_name="/judge_batch")

    assert [record["name"] for record in records] == [photo_paths[0].name, "cat.jpg", "empty.png"]
    assert records[2]["label"] is None
    assert "empty" in records[2]["error"]


def test_nothing_else_is_open_and_both_are_documented(client: Client) -> None:
    endpoints = client.view_api(return_format="dict")["named_endpoints"]

    assert set(endpoints) == {"/judge", "/judge_batch"}
    assert "scan record" in endpoints["/judge"]["description"]


def test_a_model_that_is_not_on_the_list_is_refused(client: Client, photo_paths: list[Path]) -> None:
    with pytest.raises(AppError, match="not in the list of choices"):
        client.predict(handle_file(photo_paths[0]), "someone/their-model", api_name="/judge")


def test_nothing_is_fetched_from_the_web(client: Client) -> None:
    address = {"path": "http://127.0.0.1:9/photo.jpg", "meta": {"_type": "gradio.FileData"}}

    with pytest.raises(AppError, match="fetches nothing from the web"):
        client.predict(address, "efficientnet-lite2", api_name="/judge")
    assert "web address of an image" not in str(client.config)
