"""What holds for every command: quick help, exit codes, errors in one sentence."""

from __future__ import annotations

import os
import resource
import shlex
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from realfake_hf import __version__
from realfake_hf.cli.main import COMMANDS, cli
from realfake_hf.errors import RealFakeError
from realfake_hf.records.environment import package_version

from .conftest import command, one_sentence

HEAVY = ("torch", "transformers", "datasets", "numpy", "PIL", "sklearn", "pyarrow", "yaml", "matplotlib", "gradio")
HELP_SECONDS = 0.5


@pytest.fixture
def failing_command(monkeypatch):
    """Make `realfake info` raise what it is given."""

    def fail(error: BaseException) -> None:
        def raise_it(*arguments: object, **options: object) -> None:
            raise error

        monkeypatch.setattr(cli.get_command(None, "info"), "callback", raise_it)

    return fail


@pytest.mark.parametrize(
    "arguments", [("scan", ""), ("scan", ".", "--move-fakes", ""), ("scan", ".", "--move-fakes="), ("prepare", "", "x")]
)
def test_an_empty_argument_is_not_this_folder(invoke, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert "is empty: say what is meant, or . for this folder." in one_sentence(result.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("prepare", "{data}", "{inside}"),
        ("align", "{data}", "{inside}", "--vae", "gone"),
        ("explore", "{data}", "-o", "{inside}"),
        ("evaluate", "{data}", "-o", "{inside}"),
        ("compare", "{data}", "-o", "{inside}", "-m", "cnn-128", "-m", "realfake-net"),
        ("explain", "{data}", "-o", "{inside}"),
        ("study", "--data", "{data}", "-o", "{inside}"),
        ("leave-one-out", "cnn-128", "--data", "{data}", "-o", "{inside}"),
    ],
)
def test_nothing_is_written_among_the_images_that_are_read(invoke, arguments, make_imagefolder):
    data = make_imagefolder({"train": 2, "val": 2})
    inside = data / "train" / "real" / "out"
    result = invoke(*(argument.format(data=data, inside=inside) for argument in arguments))
    assert result.exit_code == 2
    assert one_sentence(result.stderr) == f"{inside} lies among the images of {data}: give a folder outside of them."
    assert not inside.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("prepare", "{data}", "{out}", "--sizes", "32"),
        ("evaluate", "{data}", "-o", "{out}", "-m", "{model}", "--tiers", "clean", "--workers", "0"),
        ("explain", "{data}", "-o", "{out}", "-m", "{model}", "--count", "2", "--pairs", "2"),
        ("train", "{recipe}", "--data", "{data}", "-o", "{out}"),
    ],
)
def test_data_may_lie_where_the_path_is_no_utf8(realfake, arguments, make_imagefolder, tiny_model, recipe, tmp_path):
    data = make_imagefolder({"train": 2, "val": 2}, size=64, name="data\udcff")
    names = {"data": data, "out": tmp_path / "out", "model": tiny_model, "recipe": recipe}
    done = realfake(*(argument.format(**names) for argument in arguments), "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


class TestHelp:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_shows_an_example_and_takes_quiet(self, invoke, name):
        result = invoke(name, "--help")
        assert result.exit_code == 0
        assert f"realfake {name}" in result.output.split("Example")[1]
        assert "--quiet" in result.output

    def test_lists_every_command(self, invoke):
        output = invoke("--help").output
        assert all(name in output for name in COMMANDS)

    @pytest.mark.parametrize("arguments", [(), *((name,) for name in COMMANDS)])
    def test_answers_within_half_a_second_without_heavy_imports(self, arguments):
        code = (
            "import sys\n"
            "from realfake_hf.cli.main import main\n"
            f"sys.argv = ['realfake', *{arguments!r}, '--help']\n"
            "try:\n    main()\n"
            f"finally:\n    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.stderr.strip() == "[]"
        # The processor's time, for a machine that does other work, too, says nothing by its clock.
        assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < HELP_SECONDS

    @pytest.mark.parametrize("module", ["realfake_hf", "realfake_hf.cli.main"])
    def test_version(self, module):
        done = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True)
        assert done.stdout == f"realfake {version('realfake-hf')}\n"


def test_a_copy_that_is_not_installed_knows_its_version(invoke, monkeypatch):
    """As of a checkout on PYTHONPATH: no metadata tell it."""
    monkeypatch.setattr(sys, "path", [])
    assert package_version("realfake-hf") is None
    assert invoke("--version").output == f"realfake {__version__}\n"


class TestUsage:
    def test_unknown_command_is_answered_with_the_nearest(self, realfake):
        done = realfake("scam", "photo.jpg")
        assert done.returncode == 2
        assert "There is no command 'scam': did you mean scan?" in done.stderr

    @pytest.mark.parametrize("arguments", [("scan",), ("scan", "a.jpg", "--nonsense"), ("--nonsense",)])
    def test_wrong_usage_exits_with_2(self, invoke, arguments):
        result = invoke(*arguments)
        assert result.exit_code == 2
        assert "Usage:" in result.output


class TestErrors:
    def test_error_of_the_user_is_one_sentence(self, invoke, failing_command):
        failing_command(RealFakeError("The file x\nis wrong."))
        result = invoke("info")
        assert result.exit_code == 2
        assert one_sentence(result.stderr) == "The file x is wrong."

    def test_other_errors_name_their_type_and_how_to_see_more(self, invoke, failing_command):
        failing_command(ZeroDivisionError("division by zero"))
        result = invoke("info")
        assert result.exit_code == 2
        sentence = one_sentence(result.stderr)
        assert sentence.startswith("ZeroDivisionError: division by zero.")
        assert "--traceback" in sentence

    @pytest.mark.parametrize("arguments", [("--traceback", "info"), ("info", "--traceback")])
    def test_traceback_on_demand(self, invoke, failing_command, arguments):
        failing_command(ZeroDivisionError("division by zero"))
        assert isinstance(invoke(*arguments).exception, ZeroDivisionError)

    def test_traceback_by_environment(self, realfake, tmp_path):
        done = realfake("scan", tmp_path, REALFAKE_TRACEBACK="1")
        assert "Traceback" in done.stderr
        assert "RealFakeError" in done.stderr

    def test_interrupt_ends_quietly_with_130(self, invoke, failing_command):
        failing_command(KeyboardInterrupt())
        result = invoke("info")
        assert result.exit_code == 130
        assert result.stderr.strip() == "Interrupted."

    def test_interrupt_while_the_interpreter_ends_shows_no_traceback(self):
        script = (
            "import atexit, os, signal\n"
            "import realfake_hf.cli.main as program\n"
            "program.cli = lambda **_: atexit.register(os.kill, os.getpid(), signal.SIGINT)\n"
            "program.main()\n"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (-signal.SIGINT, "")

    def test_reader_that_goes_away_causes_no_traceback(self, photo_paths, tiny_model):
        scan = subprocess.Popen(
            command("scan", photo_paths[0].parent, "--model", tiny_model),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ,
        )
        assert scan.stdout is not None
        scan.stdout.close()
        _, stderr = scan.communicate(timeout=900)
        assert b"Traceback" not in stderr
        assert scan.returncode != 0


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_stream_that_the_caller_closed_costs_nothing(photo_paths, tiny_model, tmp_path, closed):
    file = tmp_path / "verdicts.jsonl"
    scan = shlex.join(command("scan", photo_paths[0], "--model", tiny_model, "--output", file))
    done = subprocess.run(["sh", "-c", f"{scan} {closed}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(file.read_text().splitlines()) == 1


def test_every_registered_command_is_one_of_click():
    for name in COMMANDS:
        assert isinstance(cli.get_command(click.Context(cli), name), click.Command)


def test_sentences_survive_a_pipe_without_utf8(realfake):
    done = realfake("scan", "größe.jpg", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 2
    assert one_sentence(done.stderr) == "größe.jpg does not exist: check the path."


def test_package_does_not_import_what_is_heavy():
    code = f"import realfake_hf, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"


LEAVING = """
import atexit, sys
from realfake_hf.cli import main

class Kept:
    def __del__(self):
        print("taken apart")

def command(prog_name):
    atexit.register(print, "exit function")
    print("said", end=" ")
    sys.modules["kept"] = Kept()
    {end}

main.cli = command
main.main()
"""


@pytest.mark.parametrize(("end", "code"), [("sys.exit(3)", 3), ("sys.exit(0)", 0), ("raise ValueError('no')", 1)])
def test_process_ends_with_its_code_after_exit_functions_and_takes_nothing_apart(end, code):
    done = subprocess.run([sys.executable, "-c", LEAVING.format(end=end)], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("said exit function\n", code)
    assert ("ValueError: no" in done.stderr) == (code == 1)
