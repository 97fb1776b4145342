"""A document as one HTML page with everything inside: no network, no script."""

from __future__ import annotations

from pathlib import Path

from realfake_hf.pages.data_uri import file_uri
from realfake_hf.pages.page_template import PALETTE_STYLE
from realfake_hf.pages.templates import render
from realfake_hf.study.report.document import Document, number_columns, text_parts

TEMPLATE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ document.title }}</title>
<style>
{{ style | safe }}
:root { color-scheme: light dark; --paper: var(--card); --faint: var(--quiet); --accent: var(--real);
  --warn: var(--unsure-tint); --warn-line: var(--unsure); --code: var(--sunk); }
* { box-sizing: border-box; }
body { font: 16px/1.55 var(--font); color: var(--ink); background: var(--paper); margin: 0 auto;
  padding: 2rem 1.2rem 5rem; max-width: 58rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .2rem; color: var(--accent); }
h2 { font-size: 1.35rem; margin: 2.8rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line);
  color: var(--accent); }
h3 { font-size: 1.08rem; margin: 1.8rem 0 .3rem; }
p, li { max-width: 44rem; }
.subtitle, .note, figcaption, caption { color: var(--faint); }
.note, figcaption { font-size: .88rem; }
.lead { font-size: 1.08rem; }
.warning { background: var(--warn); border-left: 4px solid var(--warn-line); padding: .6rem .9rem; }
nav ol { columns: 2 14rem; padding-left: 1.4rem; margin: .4rem 0 0; }
a { color: var(--accent); }
.scroll { overflow-x: auto; margin: 1rem 0 .3rem; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; min-width: 60%; }
caption { text-align: left; font-weight: 600; font-size: .92rem; padding-bottom: .3rem; color: var(--ink); }
th, td { text-align: left; padding: .34rem .9rem .34rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { border-bottom: 2px solid var(--faint); vertical-align: bottom; }
tbody th { font-weight: 600; }
td { white-space: pre-line; }
td.number, th.number { text-align: right; }
figure { margin: 1.4rem 0; }
figure img { display: block; max-width: 100%; height: auto; background: #fff; padding: .5rem; border-radius: 4px;
  border: 1px solid var(--line); }
figcaption { margin-top: .4rem; max-width: 44rem; }
pre { background: var(--code); padding: .7rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere;
  font-size: .84rem; border-radius: 4px; }
@media print { h2, h3 { break-after: avoid; } figure, tr { break-inside: avoid; } nav { display: none; } }
</style>
</head>
<body>
{% macro show(block) %}
{% set kind = block.__class__.__name__ %}
{% if kind == "Paragraph" %}
<p class="{{ block.kind }}">{{ rich(block.text) }}</p>
{% elif kind == "Bullets" %}
{% set tag = "ol" if block.numbered else "ul" %}
<{{ tag }}>
{% for item in block.items %}<li>{% if item.lead %}<strong>{{ item.lead }}</strong> {% endif %}\
{{ rich(item.text) }}</li>
{% endfor %}</{{ tag }}>
{% elif kind == "Table" %}
{% set right = number_columns(block) %}
<div class="scroll" tabindex="0" role="group" aria-label="{{ block.caption or "Table" }}"><table>
{% if block.caption %}<caption>{{ block.caption }}</caption>{% endif %}
<thead><tr>{% for cell in block.head %}\
{% if cell %}<th scope="col"{% if right[loop.index0] %} class="number"{% endif %}>{{ cell }}</th>\
{% else %}<td></td>{% endif %}{% endfor %}</tr></thead>
<tbody>
{% for row in block.rows %}<tr>{% for cell in row %}{% if loop.first %}<th scope="row">{{ cell }}</th>{% else %}\
<td{% if right[loop.index0] %} class="number"{% endif %}>{{ cell }}</td>{% endif %}{% endfor %}</tr>
{% endfor %}</tbody>
</table></div>
{% for note in block.notes %}<p class="note">{{ note }}</p>
{% endfor %}
{% elif kind == "Code" %}
<pre><code>{{ block.text }}</code></pre>
{% else %}
<figure><img alt="{{ block.alt }}" src="{{ uri(block.name) }}"><figcaption>{{ block.caption }}</figcaption></figure>
{% endif %}
{% endmacro %}
<header>
<h1>{{ document.title }}</h1>
<p class="subtitle">{{ document.subtitle }}</p>
</header>
<main>
{% for block in document.lead %}{{ show(block) }}{% endfor %}
<nav aria-label="Contents"><ol>
{% for section in document.sections if section.level == 1 %}\
<li><a href="#{{ section.title | lower | replace(" ", "-") }}">{{ section.title }}</a></li>
{% endfor %}</ol></nav>
{% for section in document.sections %}
<h{{ section.level + 1 }} id="{{ section.title | lower | replace(" ", "-") }}">{{ section.title }}\
</h{{ section.level + 1 }}>
{% for block in section.blocks %}{{ show(block) }}{% endfor %}
{% endfor %}
</main>
</body>
</html>
"""


def to_html(document: Document, figures: Path) -> str:
    """The page of a document.

    Args:
        document: any.
        figures: folder with `{name}.svg` of each of its figures.
    """
    from markupsafe import Markup

    def uri(name: str) -> str:
        return file_uri(figures / f"{name}.svg")

    def rich(text: str) -> Markup:
        pieces = [(Markup.escape(piece), command) for piece, command in text_parts(text)]
        return Markup("").join(Markup("<code>{}</code>").format(p) if command else p for p, command in pieces)

    return render(TEMPLATE, document=document, uri=uri, number_columns=number_columns, rich=rich, style=PALETTE_STYLE)
