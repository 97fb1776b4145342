"""axe-core's findings on the page (WCAG 2.1 A and AA): no serious or critical ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from running_app import Visit

pytestmark = pytest.mark.xdist_group("space")

OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
BY_GRADIO = {"nested-interactive": "#files"}
"""Rule of axe-core -> selector of what Gradio itself renders and we cannot mend from outside.

`gr.File` with files in it has a button to add more, with the file input inside the button.
"""


def findings(visit: Visit, axe: str) -> list[str]:
    """What axe-core finds, one line each, without what is Gradio's own."""
    visit.page.evaluate(axe)
    result: dict[str, Any] = visit.page.evaluate("options => axe.run(options)", OPTIONS)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['target']} {node['failureSummary'][:200]}"
        for violation in result["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
        if not (
            (gradios := BY_GRADIO.get(violation["id"]))
            and visit.page.evaluate(
                "([target, own]) => document.querySelector(target)?.closest(own) !== null", [node["target"][0], gradios]
            )
        )
    ]


@pytest.mark.parametrize("device", ["visit", "phone"])
def test_every_tab_can_be_used_by_everybody(
    request: pytest.FixtureRequest, device: str, axe: str, photo_paths: list[Path]
) -> None:
    visit: Visit = request.getfixturevalue(device)
    page = visit.page
    found = {}
    if device == "visit":
        found["at first"] = findings(visit, axe)

    visit.judge(photo_paths[0])
    page.get_by_role("img", name="under a heatmap").wait_for()
    found["with a verdict"] = findings(visit, axe)
    page.get_by_role("tab", name="Many images").click()
    page.set_input_files("#files input[type=file]", photo_paths[:2])
    page.get_by_text("Judged 2 of 2 images.").wait_for()
    found["with a workbench"] = findings(visit, axe)
    page.locator(".rf-open").first.click()
    found["with a card open"] = findings(visit, axe)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("tab", name="Figures").click()
    found["figures"] = findings(visit, axe)

    assert {where: lines for where, lines in found.items() if lines} == {}
