"""What README and guides say is so: their links lead somewhere, their commands exist, their Python runs."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import click
import pytest

from realfake_hf.cli.main import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
GUIDES = sorted((ROOT / ".github" / "docs" / "pages" / "guides").glob("*.md"))
PAGES = [README, *GUIDES]
PACKAGES_OF_EXTRAS = ("matplotlib", "jinja2", "gradio", "docx", "pptx", "c2pa", "timm", "onnx", "captum")


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def commands() -> list[tuple[str, str]]:
    lines = [(page.name, line) for page in PAGES for block in blocks(page, "console") for line in block.splitlines()]
    return [(name, part[part.index("realfake ") :]) for name, part in lines if re.match(r"\$ realfake ", part)]


def test_readme_is_one_screen_and_a_few():
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 150


def test_readme_has_the_two_blocks_that_ci_runs_and_the_place_of_the_table():
    first, second = blocks(README, "bash")
    assert "realfake scan realfake_hf/gallery/" in first.splitlines()[-1]
    assert "-m pytest" in second
    text = README.read_text(encoding="utf-8")
    assert text.count("<!-- TABLE -->") == text.count("<!-- /TABLE -->") == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("../pictures/")]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize(("page", "line"), commands())
def test_commands_and_their_options_exist(page, line):
    words = shlex.split(line, comments=True)
    assert words[1] in COMMANDS
    command = cli.get_command(click.Context(cli), words[1])
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    assert [word for word in words if word.startswith("-") and word not in known | {"-"}] == []


@pytest.mark.parametrize("page", [README, *(page for page in GUIDES if blocks(page, "python"))], ids=lambda p: p.name)
def test_python_runs_after_the_first_install(page, photo_paths, tmp_path, monkeypatch, capsys):
    for package in PACKAGES_OF_EXTRAS:
        monkeypatch.setitem(sys.modules, package, None)
    (tmp_path / "photo.jpg").write_bytes(Path(photo_paths[0]).read_bytes())
    monkeypatch.chdir(tmp_path)
    names = {"paths": ["photo.jpg"]}
    for block in blocks(page, "python"):
        exec(block, names)
    assert list(tmp_path.glob("where*.png"))
