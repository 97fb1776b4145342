"""`realfake explore`: where its page lies, and its exit codes."""

from __future__ import annotations

import json


def test_says_where_the_page_is_and_exits_1_for_unreadable_images(invoke, make_imagefolder, tmp_path):
    data = make_imagefolder({"train": 2}, size=64)
    (data / "train" / "real" / "broken.jpg").write_bytes(b"no image")
    done = invoke("explore", data, "--output", tmp_path / "out", "--workers", 1, "--json")
    assert done.exit_code == 1
    assert "broken.jpg is not an image" in done.stderr
    found = json.loads(done.stdout)
    assert (found["real"], found["fake"]) == (3, 2)
    assert (tmp_path / "out" / "explore.html").is_file()


def test_data_that_are_not_there_exit_2_in_one_sentence(invoke, tmp_path):
    done = invoke("explore", tmp_path / "nothing", "--output", tmp_path / "out")
    assert done.exit_code == 2
    assert "does not exist" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_matplotlib_says_of_a_folder_of_its_own_reaches_nobody(realfake, make_imagefolder, tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    data = make_imagefolder({"train": 2}, size=64)
    done = realfake("explore", data, "-o", tmp_path / "out", "--workers", 1, MPLCONFIGDIR=str(blocked / "matplotlib"))
    assert (done.returncode, done.stderr) == (0, "")
