"""The HTML of an evaluation's page, for Jinja; everything it needs is in the file itself."""

from __future__ import annotations

TEMPLATE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; --ink: #1a1a1a; --faint: #595959; --paper: #fff; --line: #ddd; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --faint: #a8a8a8; --paper: #17191c; --line: #3b3f45; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  padding: 2rem 1.2rem 4rem; max-width: 66rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .4rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
p, li { max-width: 44rem; }
.lead { font-size: 1.05rem; }
.note, figcaption, caption { color: var(--faint); font-size: .9rem; text-align: left; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-size: .94rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .28rem .7rem .28rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { border-bottom: 2px solid var(--faint); }
td.number, th.number { text-align: right; }
td.number { white-space: nowrap; }
td small { color: var(--faint); display: block; }
figure { margin: 1.2rem 0; }
/* Figures are drawn for white paper. */
figure img { max-width: 100%; height: auto; background: #fff; border-radius: 4px; }
@media (max-width: 40rem) { figure img { max-width: 40rem; } }
details { margin: .8rem 0; }
summary { cursor: pointer; }
code { overflow-wrap: anywhere; }
@media print { details > * { display: block; } h2 { break-after: avoid; } figure { break-inside: avoid; } }
</style>
</head>
<body>
<h1>{{ title }}</h1>
{% for sentence in lead %}<p class="lead">{{ sentence }}</p>
{% endfor %}
{% for table in tables %}
<h2>{{ table.title }}</h2>
{% for note in table.notes %}<p class="note">{{ note }}</p>
{% endfor %}
{% if table.folded %}<details><summary>Show {{ table.rows | length }} rows</summary>{% endif %}
<div class="scroll"><table>
<thead><tr>{% for head in table.head %}\
<th{% if not loop.first %} class="number"{% endif %}>{{ head }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in table.rows %}<tr>{% for cell in row %}{% if loop.first %}<th scope="row">{{ cell.text }}</th>{% else %}\
<td class="number"{% if cell.hint %} title="{{ cell.hint }}"{% endif %}>{{ cell.text }}\
{% if cell.small %} <small>{{ cell.small }}</small>{% endif %}</td>{% endif %}{% endfor %}</tr>
{% endfor %}</tbody>
</table></div>
{% if table.folded %}</details>{% endif %}
{% endfor %}
{% for picture in pictures %}
<h2>{{ picture.title }}</h2>
<figure><div class="scroll"><img alt="{{ picture.title }}. {{ picture.caption }}" src="{{ picture.uri }}"></div>
<figcaption>{{ picture.caption }}</figcaption></figure>
{% endfor %}
{% if errors %}
<h2>Images that could not be judged</h2>
<details><summary>{{ errors | length }} of them; they count nowhere above</summary>
<ul>{% for error in errors %}<li>{{ error }}</li>{% endfor %}</ul></details>
{% endif %}
<h2>How to read this</h2>
<ul>{% for sentence in reading %}<li>{{ sentence }}</li>
{% endfor %}</ul>
</body>
</html>
"""
