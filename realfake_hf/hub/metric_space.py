"""Make one metric into a Space, from which `evaluate.load("user/name")` works."""

from __future__ import annotations

import inspect
import shutil
from html import escape
from pathlib import Path

from evaluate.loading import get_imports

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.metrics import load_metric, metric_path
from realfake_hf.storage.output_folder import is_in_use

REQUIREMENTS = ("evaluate", "datasets", "numpy", "scikit-learn")

README = """\
---
title: {title}
emoji: 📏
colorFrom: blue
colorTo: red
sdk: static
pinned: false
license: apache-2.0
short_description: For detectors of generated images
tags:
- evaluate
- metric
---

# {title}

{description}
```python
import evaluate

metric = evaluate.load("{repo_id}")
metric.compute(predictions=[0.1, 0.4, 0.8], references=[0, 0, 1])
```
{inputs}"""

# A static page, because the widget that `evaluate` brings for Spaces does not run with today's Gradio.
INDEX = """\
<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem">
<h1>{title}</h1>
<p>{description}</p>
<pre>evaluate.load("{repo_id}")</pre>
</body></html>
"""


def write_metric_space(name: str, folder: Path, *, repo_id: str) -> Path:
    """Write the files of a Space into a new or empty folder; uploading them is up to the caller.

    Args:
        name: a name in `METRICS`; it must also be the last part of `repo_id`, as `evaluate.load` asks for a
            script named like the repository.
        folder: where to write.
        repo_id: the Space, `user/name`.

    Raises:
        RealFakeError: the folder is not empty, or `repo_id` does not end in the metric's name.
        ValueError: there is no such metric.
    """
    source = metric_path(name)
    if repo_id.rpartition("/")[2] != name:
        raise RealFakeError(f"The Space of the metric {name} must be named so, not {repo_id}: `evaluate` looks there.")
    if is_in_use(folder):
        raise RealFakeError(f"{folder} is not empty: give a new folder.")
    metric = load_metric(name)
    title = (inspect.getdoc(inspect.getmodule(type(metric))) or name).split(" of a real-or-fake detector")[0]
    description, inputs = metric.description, metric.inputs_description
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, folder / source.name)
    for kind, part, *_ in get_imports(str(source)):
        if kind == "internal":
            shutil.copyfile(source.with_name(f"{part}.py"), folder / f"{part}.py")
    readme = README.format(title=title, description=description, inputs=inputs, repo_id=repo_id)
    index = INDEX.format(title=escape(title), description=escape(description), repo_id=escape(repo_id))
    (folder / "README.md").write_text(readme, encoding="utf-8")
    (folder / "index.html").write_text(index, encoding="utf-8")
    (folder / "requirements.txt").write_text("\n".join(REQUIREMENTS) + "\n", encoding="utf-8")
    return folder
