"""axe-core's findings on the page (WCAG 2.1 A and AA, and how things are called): no serious or critical ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from running_app import Visit

pytestmark = pytest.mark.xdist_group("space")

OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "rules": {"label-content-name-mismatch": {"enabled": True}},
}


def findings(visit: Visit, axe: str) -> list[str]:
    """What axe-core finds, one line each."""
    visit.page.evaluate(axe)
    result: dict[str, Any] = visit.page.evaluate("options => axe.run(options)", OPTIONS)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['target']} {node['failureSummary'][:200]}"
        for violation in result["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
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
    found["without files"] = findings(visit, axe)
    page.set_input_files("#files input[type=file]", photo_paths[:2])
    page.get_by_text("Judged 2 of 2 images.").wait_for()
    found["with a workbench"] = findings(visit, axe)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add images").click()
    chooser.value.set_files(photo_paths[2])
    page.get_by_text("Judged 1 of 1 images.").or_(page.get_by_text("Judged 3 of 3 images.")).wait_for()
    page.locator(".rf-open").first.click()
    found["with a card open"] = findings(visit, axe)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("tab", name="Figures").click()
    found["figures"] = findings(visit, axe)

    assert {where: lines for where, lines in found.items() if lines} == {}
