"""The tests mirror the package: `realfake_hf/a/b.py` is tested by `tests/a/test_b.py`, or it says here by what else.

A file without a branch needs no test of its own. One beside others may be tested with them: by a test in the mirrored
folder that imports it.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
PACKAGES = ("realfake_hf", "hub_card", "space_app")
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.BoolOp, ast.comprehension)

ELSEWHERE = (
    ("realfake_hf", "__main__", "cli/test_main.py", "is the command"),
    ("realfake_hf/cli", "push_options", "hub/test_push_commands.py", "needs the Hub that those tests start"),
    ("realfake_hf/cli", "report", "study/report/test_write.py", "needs the runs that those tests write"),
    (
        "realfake_hf/data/aligning",
        "folder pairs tables",
        "data/aligning/test_align.py",
        "steps of one command, seen in its files",
    ),
    ("realfake_hf/data/auditing", "figure", "data/auditing/test_audit.py", "seen in the files of the command"),
    (
        "realfake_hf/data/exploring",
        "facts measure tables",
        "data/exploring/test_explore.py",
        "steps of one command, seen in its files",
    ),
    (
        "realfake_hf/data/exploring",
        "count_figures distribution_figure noise_figures",
        "data/exploring/test_explore.py",
        "steps of one command, seen in its files",
    ),
    (
        "realfake_hf/data/preparing",
        "prepare_run prepare_tables scanned",
        "data/preparing/test_prepare.py",
        "steps of one command, seen in its files",
    ),
    (
        "realfake_hf/detection/heatmaps",
        "drawing sampled_images",
        "detection/heatmaps/test_heatmap.py",
        "needs a model with a map",
    ),
    ("realfake_hf/detection/pages", "workbench", "space_app/test_workbench.py", "in a browser"),
    (
        "realfake_hf/evaluation",
        "page_tables",
        "evaluation/test_page.py",
        "the page of an evaluation is asserted",
    ),
    (
        "realfake_hf/evaluation/figures",
        "curves histograms hundred reliability robustness sources tiers",
        "evaluation/test_figures.py",
        "all figures by the same rules",
    ),
    ("realfake_hf/evaluation", "trained_on", "cli/test_calibrate.py", "needs a run that was trained on the data"),
    ("realfake_hf/hub", "data_files", "hub/test_push_data.py", "needs the Hub that those tests start"),
    (
        "realfake_hf/images/provenance",
        "metadata",
        "images/provenance/test_variants.py",
        "seen in what is read of whole files",
    ),
    ("realfake_hf/inference", "description", "cli/test_info.py", "asserted as printed"),
    (
        "realfake_hf/inference/onnx",
        "example_program preprocessing quantization",
        "inference/onnx/test_export.py",
        "seen in the exported folder",
    ),
    (
        "realfake_hf/pages",
        "drawing page page_template palette",
        "evaluation/test_page.py",
        "a page is asserted where there is one",
    ),
    ("realfake_hf/pages", "style", "evaluation/test_figures.py", "seen in figures"),
    ("realfake_hf/records", "environment", "cli/test_info.py", "asserted as printed"),
    ("realfake_hf/study/leave_one_out", "figure", "study/leave_one_out/test_page.py", "seen on the page"),
    (
        "realfake_hf/study/report",
        "cases criteria document model_labels model_metrics problem_statement "
        "render_docx render_html render_markdown tables",
        "study/report/test_write.py",
        "the documents are read again",
    ),
    (
        "realfake_hf/study/report/figures",
        "cases cost hundred robustness slides sources training",
        "study/report/test_figures.py",
        "all figures by the same rules",
    ),
    (
        "realfake_hf/training",
        "argument_names arguments averaging description probing trainer",
        "training/test_train.py",
        "a real training of two epochs",
    ),
    (
        "space_app",
        "guessing many_images one_image original_image server",
        "space_app/test_browser.py",
        "what people do on the page, in a browser",
    ),
    ("space_app/static", "page_files", "space_app/static/test_build.py", "seen in the built page"),
    ("realfake_hf/weights", "embed", "test_moved_modules.py", "a command that has moved"),
    (
        "realfake_hf/evaluation/metrics",
        "average_precision balanced_accuracy class_accuracies metric_info roc_auc tpr_at_fpr",
        "evaluation/metrics/test_metric_modules.py",
        "all by the same rules",
    ),
)
"""A folder, files in it, the test that tests them instead, and why."""


@cache
def imported(file: Path) -> frozenset[str]:
    """Names of the modules that a file imports, inside functions too; of `from a import b` also `a.b`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


@cache
def untested() -> frozenset[Path]:
    """Files with a branch that no test at the mirrored place tests, relative to the root."""
    found = []
    for file in sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        path = file.relative_to(ROOT)
        if file.name == "__init__.py" or not has_branch(file):
            continue
        mirrored = TESTS / Path(*[part for part in path.parent.parts if part != "realfake_hf"])
        if (mirrored / f"test_{file.name}").exists():
            continue
        module = ".".join(path.with_suffix("").parts)
        if not any(module in imported(test) for test in mirrored.rglob("*.py")):
            found.append(path)
    return frozenset(found)


def has_branch(file: Path) -> bool:
    """Whether there is anything in a file that could go two ways."""
    return any(isinstance(node, BRANCHES) for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def test_every_file_with_a_branch_has_its_test_or_says_which_other() -> None:
    listed = {Path(folder, f"{name}.py") for folder, names, _, _ in ELSEWHERE for name in names.split()}
    assert sorted(map(str, untested() - listed)) == []
    assert sorted(map(str, listed - untested())) == []  # what has a test of its own by now, or is gone


def test_the_other_tests_are_there() -> None:
    assert [test for _, _, test, _ in ELSEWHERE if not (TESTS / test).is_file()] == []


def test_every_test_file_mirrors_a_file_or_a_folder_of_the_package() -> None:
    outside = ("benchmarks", "consumers", "fuzzing", "photographs")
    stray = []
    for test in sorted(TESTS.rglob("test_*.py")):
        folder = test.relative_to(TESTS).parent
        if folder.parts and folder.parts[0] not in outside:
            below = folder if folder.parts[0] in PACKAGES else Path("realfake_hf") / folder
            if not (ROOT / below).is_dir():
                stray.append(str(test.relative_to(TESTS)))
    assert stray == []
