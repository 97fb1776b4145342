"""The documents, read back: every number in them comes from a run."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest
from click.testing import CliRunner
from PIL import Image
from pptx.util import Inches

from realfake_hf.cli.report import report as report_command
from realfake_hf.errors import RealFakeError
from realfake_hf.pages.palette import LIGHT
from realfake_hf.study.report import write_report
from realfake_hf.study.report.write import FILES

from .conftest import numbers_of, write_run

NAMES = ("alpha", "beta", "gamma")
STRUCTURE = {
    # the protocol: guessing and certain, limits of the criteria, intervals, false-positive rates, sizes of a thumbnail,
    # rows of the rule, slide numbers and what their figures count
    "0.5", "1", "16", "95", "90.0", "5.0", "5", "100", "30", "2.13.0", "86", "64", *map(str, range(1, 15)),
}  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Three runs, one of them marked and one not calibrated, and the report of them: (runs, report)."""
    folder = tmp_path_factory.mktemp("study")
    runs = [
        write_run(folder / "runs", "alpha", real=0.91, fake=0.86, milliseconds=41.3, audit="warn"),
        write_run(folder / "runs", "beta", real=0.77, fake=0.81, milliseconds=12.6, audit="warn", calibrated=False),
        write_run(
            folder / "runs", "gamma", real=0.98, fake=0.97, milliseconds=33.8, audit="warn",
            notes=("quick: 2 epochs on a small sample at 64 px",),
        ),
    ]  # fmt: skip
    write_report(runs, folder / "report")
    return folder / "runs", folder / "report"


def docx_texts(file: Path) -> Iterator[str]:
    document = docx.Document(str(file))
    yield from (paragraph.text for paragraph in document.paragraphs)
    for table in document.tables:
        yield from (cell.text for row in table.rows for cell in row.cells)
    yield from (shape._inline.docPr.get("descr") for shape in document.inline_shapes)


def pptx_texts(file: Path) -> Iterator[str]:
    for slide in pptx.Presentation(str(file)).slides:
        yield slide.notes_slide.notes_text_frame.text
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            if shape.has_table:
                yield from (cell.text for row in shape.table.rows for cell in row.cells)
            if shape.shape_type == 13:
                yield shape._element.nvPicPr.cNvPr.get("descr")


def texts_of(report: Path, name: str) -> str:
    """Everything that a reader of a document sees."""
    file = report / name
    if file.suffix == ".docx":
        return "\n".join(docx_texts(file))
    if file.suffix == ".pptx":
        return "\n".join(pptx_texts(file))
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        text = re.sub(r"(?s)<style>.*?</style>|src=\"data:[^\"]*\"", " ", text)
        text = re.sub(r"</?[a-z][a-z0-9]*|=\"|viewport.*scale=1|utf-8|&#39;", " ", text)
    return text


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, float]]:
    """Every number of a JSON value with the key that it stands under."""
    if isinstance(value, dict):
        for name, own in value.items():
            yield from leaves(own, name if name not in ("value", "low", "high") else key)
    elif isinstance(value, list):
        for own in value:
            yield from leaves(own, key)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield key, value


def spellings(runs: Path, report: Path) -> set[str]:
    """How the facts may be written: shares as per cent or with three decimals, counts, times, large numbers."""
    found: set[str] = set()
    files = [*runs.glob("*/*.json"), *runs.glob("*/evaluations/*/results.json"), report / "report.json"]
    for file in files:
        for key, value in leaves(numbers_of(file)):
            if isinstance(value, int):
                found |= {f"{value:,}", f"{value / 1e6:.3g}", f"{value / 1e9:.3g}", f"{value / 1e6:,.0f}"}
            if -1.0 <= value <= 1.0:
                found |= {f"{100 * value:.1f}", f"{-100 * value:.1f}", f"{value:.3f}"}
            if "loss" in key:
                found.add(f"{value:.3f}")
            if "seconds" in key:
                found |= {f"{value:.1f}", f"{value:.0f}", f"{value / 60:.0f}", f"{value / 3600:.1f}"}
    total = sum(own["training_seconds"] for own in numbers_of(report / "report.json")["models"])
    layers = {str(sum(numbers_of(file)["layers"].values())) for file in runs.glob("*/cost.json")}
    return found | layers | {f"{total:.0f}", f"{total / 60:.0f}", f"{total / 3600:.1f}"}


@pytest.mark.parametrize("name", [name for name in FILES if name != "report.json"])
def test_every_number_in_a_document_is_a_fact(written: tuple[Path, Path], name: str) -> None:
    runs, report = written
    facts = spellings(runs, report)
    found = numbers_of(report / "report.json")
    shares = [
        found["models"][0]["splits"]["unseen"]["tiers"]["clean"][f"{label}_accuracy"] for label in ("real", "fake")
    ]
    # differences that a sentence gives, between figures that stand beside it
    tiers = [
        (tier["balanced_accuracy"], split)
        for model in found["models"] for split, own in model["splits"].items() for tier in own["tiers"].values()
    ]  # fmt: skip
    differences = {f"{100 * abs(one - other):.1f}" for one, _ in tiers for other, _ in tiers}
    hundred = {f"{100 * share:.0f}" for share in shares} | {f"{100 - 100 * share:.0f}" for share in shares}
    sums = {f"{own['splits']['unseen']['n_real'] + own['splits']['unseen']['n_fake']:,}" for own in found["models"]}

    numbers = re.findall(r"\d[\d,]*(?:\.\d+)*", texts_of(report, name))

    cases = set(re.findall(r"\d+", " ".join(f"{one['title']} {one['answer']}" for one in found["cases"]["cases"])))
    unexplained = {number.rstrip(",") for number in numbers} - facts - differences - hundred - sums - cases - STRUCTURE
    assert len(numbers) > 15
    assert not unexplained


def test_model_metrics_give_every_epoch_and_every_tier(written: tuple[Path, Path]) -> None:
    runs, report = written
    text = (report / "model-metrics.md").read_text(encoding="utf-8").replace("\u00a0", " ")

    for name in NAMES:
        for own in numbers_of(runs / name / "history.json"):
            row = f"| {own['epoch']} | {100 * own['train_accuracy']:.1f} % | {own['train_loss']:.3f} | "
            row += f"{100 * own['val_accuracy']:.1f} % | {own['val_loss']:.3f} | {own['seconds']:.1f} |"
            assert row in text
        for split in ("val", "unseen"):
            tiers = numbers_of(runs / name / "evaluations" / split / "results.json")["tiers"]
            cells = [
                "{:.1f} % ({:.1f} to {:.1f})".format(
                    *(100 * x for x in (t["balanced_accuracy"], *t["ci95"]["balanced_accuracy"]))
                )
                for t in tiers.values()
            ]
            assert f"| Balanced accuracy | {' | '.join(cells)} |" in text
        cost = numbers_of(runs / name / "cost.json")
        assert f"{cost['parameters']:,}, of which trained {cost['trainable_parameters']:,}" in text
        assert all(f"| {layer} | {n} |" in text for layer, n in cost["layers"].items())
        assert f"{sum(cost['layers'].values())} layers by type" in text
    assert "## gamma (quick: 2 epochs on a small sample at 64 px)" in text


def test_test_loss_is_that_of_the_predictions(written: tuple[Path, Path]) -> None:
    from sklearn.metrics import log_loss

    from realfake_hf.records.predictions import Predictions

    runs, report = written
    rows = Predictions.read(runs / "alpha" / "evaluations" / "unseen" / "predictions.parquet").of_tier("clean")
    text = (report / "model-metrics.md").read_text(encoding="utf-8")

    assert f"| Test loss | {log_loss(rows.label, rows.p_fake):.3f} |" in text


def test_the_results_in_word_are_those_of_the_evaluations(written: tuple[Path, Path]) -> None:
    runs, report = written
    tables = docx.Document(str(report / "final-report.docx")).tables
    (table,) = [own for own in tables if own.cell(0, 1).text == "Balanced accuracy"]

    rows = {row.cells[0].text: [cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows}
    assert list(rows) == ["Model", "gamma*", "alpha", "beta"]
    for name in NAMES:
        clean = numbers_of(runs / name / "evaluations" / "unseen" / "results.json")["tiers"]["clean"]
        cells = next(cells for first, cells in rows.items() if first.rstrip("*") == name)
        for place, metric in enumerate(("balanced_accuracy", "real_accuracy", "fake_accuracy"), start=1):
            assert cells[place].startswith(f"{100 * clean[metric]:.1f} %\n(")


def test_no_word_of_a_table_breaks(written: tuple[Path, Path]) -> None:
    for table in docx.Document(str(written[1] / "final-report.docx")).tables:
        for row in table.rows:
            for cell in row.cells:
                longest = max((len(word) for word in re.split("[ \n]", cell.text)), default=0)
                # of 8.5 points, a letter being as wide as in DejaVu Sans Bold, the widest font that stands in
                assert cell.width.inches - 0.15 >= longest * 0.65 * 8.5 / 72, cell.text


def test_documents_have_the_colours_of_the_pages(written: tuple[Path, Path]) -> None:
    accent = LIGHT["accent"].removeprefix("#").upper()
    document = docx.Document(str(written[1] / "final-report.docx"))
    assert str(document.styles["Heading 1"].font.color.rgb) == accent
    slides = pptx.Presentation(str(written[1] / "presentation.pptx")).slides
    assert str(slides[0].background.fill.fore_color.rgb) == accent
    assert {str(own.shapes.title.text_frame.paragraphs[0].runs[0].font.color.rgb) for own in list(slides)[1:]} == {
        accent
    }


def test_pictures_are_shown_where_the_weights_are_gone_and_the_judge_is_named(written: tuple[Path, Path]) -> None:
    slide = pptx.Presentation(str(written[1] / "presentation.pptx")).slides[3]
    assert any(shape.shape_type == 13 for shape in slide.shapes)
    assert "which is none of the candidates" in "\n".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
    cases = numbers_of(written[1] / "report.json")["cases"]
    assert cases["judge"] is None
    assert {one["outcome"] for one in cases["cases"]} == {"right", "wrong", "no answer"}


def test_every_table_of_models_says_which_are_marked(written: tuple[Path, Path]) -> None:
    document = docx.Document(str(written[1] / "final-report.docx"))

    body = list(document.element.body)
    for table in document.tables:
        if table.cell(0, 0).text == "Model":
            assert "gamma*" in [row.cells[0].text for row in table.rows]
            after = "".join(own.text or "" for e in body[body.index(table._tbl) + 1 :][:3] for own in e.iter())
            assert "* quick" in after


def test_a_marked_run_that_leads_is_not_recommended(written: tuple[Path, Path]) -> None:
    report = numbers_of(written[1] / "report.json")
    text = texts_of(written[1], "final-report.docx")

    assert report["ranked"][0] == "gamma"
    assert (report["recommendation"]["accurate"], report["recommendation"]["cheap"]) == ("alpha", "beta")
    assert "gamma (quick) leads" in text
    assert "Accuracy first: alpha" in text


def test_html_and_word_say_the_same(written: tuple[Path, Path]) -> None:
    import html

    page = html.unescape((written[1] / "final-report.html").read_text(encoding="utf-8"))

    paragraphs = [own.text for own in docx.Document(str(written[1] / "final-report.docx")).paragraphs if own.text]
    assert len(paragraphs) > 60
    flat = re.sub(r"</?(?:strong|code)>", "", page)
    assert [text for text in paragraphs if text.split("\n")[0] not in flat] == []


def test_the_page_needs_nothing_from_outside(written: tuple[Path, Path]) -> None:
    page = (written[1] / "final-report.html").read_text(encoding="utf-8")

    assert re.findall(r"(?:src|href)=\"(?!data:|#)[^\"]*", page) == []
    assert "<script" not in page
    assert page.count('<img alt="') == page.count("<figure>") > 5


def test_figures_have_words_for_those_who_cannot_see_them(written: tuple[Path, Path]) -> None:
    report = written[1]
    shapes = docx.Document(str(report / "final-report.docx")).inline_shapes
    slides = pptx.Presentation(str(report / "presentation.pptx")).slides
    pictures = [shape for slide in slides for shape in slide.shapes if shape.shape_type == 13]

    alts = [shape._inline.docPr.get("descr") for shape in shapes]
    alts += [shape._element.nvPicPr.cNvPr.get("descr") for shape in pictures]
    assert len(pictures) >= 5
    assert all(alt and len(alt) > 30 for alt in alts)


def test_criteria_carry_their_numbers(written: tuple[Path, Path]) -> None:
    runs, report = written
    clean = numbers_of(runs / "alpha" / "evaluations" / "unseen" / "results.json")["tiers"]["clean"]

    table = docx.Document(str(report / "problem-statement.docx")).tables[0]
    rows = {row.cells[0].text: (row.cells[2].text, row.cells[3].text) for row in table.rows}
    state, because = rows["Accuracy"]
    assert state == ("met" if clean["balanced_accuracy"] > 0.9 else "not met") == "not met"
    assert f"alpha reaches {100 * clean['balanced_accuracy']:.1f}" in because
    assert rows["Sound data"] == ("not met", "The audit's verdict is 'warn'.")


def test_figures_are_png_and_svg_of_a_readable_size(written: tuple[Path, Path]) -> None:
    figures = sorted((written[1] / "figures").iterdir())

    names = {file.stem for file in figures}
    assert {"training-accuracy", "training-against-testing", "training-time", "robustness", "sources"} <= names
    assert {"accuracy-against-parameters", "accuracy-against-milliseconds"} <= names
    assert {file.suffix for file in figures} == {".png", ".svg"}
    for file in (file for file in figures if file.suffix == ".png"):
        with Image.open(file) as image:
            assert image.width >= 1200


def test_slides_are_few_wide_and_in_the_frame(written: tuple[Path, Path]) -> None:
    deck = pptx.Presentation(str(written[1] / "presentation.pptx"))

    assert 10 <= len(deck.slides) <= 14
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, rel=1e-3)
    for slide in deck.slides:
        assert slide.shapes.title.text
        assert slide.notes_slide.notes_text_frame.text
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width + Inches(0.01)
            assert shape.top + shape.height <= deck.slide_height + Inches(0.01)


def test_a_report_is_not_replaced_unasked(written: tuple[Path, Path]) -> None:
    runs, report = written

    refused = CliRunner().invoke(report_command, [str(runs / "alpha"), "--output", str(report)])
    assert isinstance(refused.exception, RealFakeError)
    assert "`overwrite`" in str(refused.exception)


def test_a_run_that_was_only_trained_has_every_document_and_claims_nothing(tmp_path: Path) -> None:
    run = write_run(tmp_path, "bare", splits=(), milliseconds=None, audit=None)

    command = [str(run), "--output", str(tmp_path / "report"), "--json"]
    done = CliRunner().invoke(report_command, command, catch_exceptions=False)

    summary = json.loads(done.output)
    assert (summary["accurate"], summary["cheap"], summary["split"]) == (None, None, None)
    assert set(summary["criteria"].values()) == {"not measured"}
    assert all((tmp_path / "report" / file).is_file() for file in summary["files"])
    assert "No model was evaluated: there are no results." in texts_of(tmp_path / "report", "final-report.docx")
    assert "No recommendation" in texts_of(tmp_path / "report", "presentation.pptx")


def test_missing_libraries_are_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in ("docx", "pptx") else found(name))

    with pytest.raises(RealFakeError, match=r"python-docx and python-pptx, which are not installed: pip install"):
        write_report([tmp_path], tmp_path / "report")


@pytest.mark.parametrize("runs", [[], ["missing"]])
def test_what_is_no_run_is_refused(runs: list[str], tmp_path: Path) -> None:
    with pytest.raises(RealFakeError, match="RUN folder"):
        write_report([tmp_path / run for run in runs], tmp_path / "report")


def test_a_run_without_epochs_is_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path / "runs", "probe")
    (run / "history.json").unlink()
    with pytest.raises(RealFakeError, match=r"probe has no history of epochs .*: leave it out of the report"):
        write_report([run], tmp_path / "report")


def test_a_report_is_written_anew_from_its_own_facts(written: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(written[1], tmp_path / "report")
    summary = write_report([tmp_path / "report"], tmp_path / "again")
    assert summary.models == write_report(sorted(written[0].iterdir()), tmp_path / "of-runs").models
    for name in ("report.json", "model-metrics.md", "final-report.html"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "of-runs" / name).read_bytes(), name
    (tmp_path / "report" / "report.json").write_text('{"models": 3}')
    with pytest.raises(RealFakeError, match=r"report\.json is damaged, or not the facts of a report .*: write the rep"):
        write_report([tmp_path / "report"], tmp_path / "damaged")


def test_altered_facts_that_name_another_model_are_refused(written: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(written[1], tmp_path / "report")
    file = tmp_path / "report" / "report.json"
    file.write_text(file.read_text().replace('"name": "alpha"', '"name": "omega"', 1))
    with pytest.raises(RealFakeError, match=r"^report\.json holds no facts of alpha, which it names: write the report"):
        write_report([tmp_path / "report"], tmp_path / "again")


def test_documents_do_not_say_where_anything_lies(tmp_path: Path) -> None:
    run = write_run(tmp_path / "runs", "alpha", real=0.91, fake=0.86, milliseconds=41.3)
    record = json.loads((run / "run.json").read_text())
    record |= {"data": "/home/me/my data", "command": f"realfake train alpha --data '/home/me/my data' -o {run}"}
    (run / "run.json").write_text(json.dumps(record))
    results = next(run.glob("evaluations/*/results.json"))
    results.write_text(json.dumps(json.loads(results.read_text()) | {"dataset": "/home/me/my data (val)"}))
    write_report([run], tmp_path / "report")
    for name in FILES:
        text = texts_of(tmp_path / "report", name)
        assert "/home" not in text, name
        assert str(tmp_path) not in text, name
    assert "--data 'my data' -o alpha" in texts_of(tmp_path / "report", "model-metrics.md")
