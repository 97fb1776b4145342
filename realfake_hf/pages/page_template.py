"""The HTML of an evaluation's page, for Jinja; everything it needs is in the file itself."""

from __future__ import annotations

from realfake_hf.pages.palette import DARK, FONT, LIGHT

_USED = ("ink", "quiet", "line", "card", "sunk", "real", "real-tint", "unsure", "unsure-tint", "fake", "fake-tint")


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colours[name]};" for name in _USED)


PALETTE_STYLE = (
    f":root {{ --font: {FONT}; {_variables(LIGHT)} }} "
    f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}"
)
"""The palette as CSS variables, and `--font`."""

TEMPLATE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
{{ style | safe }}
:root { color-scheme: light dark; --faint: var(--quiet); --paper: var(--card); }
body { font: 16px/1.5 var(--font); color: var(--ink); background: var(--paper); margin: 0 auto;
  padding: 2rem 1.2rem 4rem; max-width: 62rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .4rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
p, li { max-width: 44rem; }
.lead { font-size: 1.05rem; }
.note, figcaption, caption { color: var(--faint); font-size: .9rem; text-align: left; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-size: .94rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .28rem .7rem .28rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead :is(th, td) { border-bottom: 2px solid var(--faint); }
td.number, th.number { text-align: right; }
td.number { white-space: nowrap; }
td small { color: var(--faint); display: block; }
figure { margin: 1.2rem 0; }
/* Figures are drawn for white paper. */
figure img { max-width: 100%; height: auto; background: #fff; border-radius: 4px; }
@media (max-width: 40rem) {
  figure img { max-width: 40rem; }
  figure picture img { max-width: 100%; }
  th, td { padding-right: .45rem; font-size: .94em; }
}
details { margin: .8rem 0; }
summary { cursor: pointer; }
code { overflow-wrap: anywhere; background: var(--sunk); border-radius: 4px; padding: .05em .3em; font-size: .92em; }
.card { border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem 1.3rem; margin: 1rem 0 1.4rem; }
.card .headline { font-size: 1.2rem; line-height: 1.4; margin: 0 0 .8rem; }
.card h2 { font-size: 1rem; margin: 1rem 0 .2rem; border: 0; padding: 0; }
.card ol { margin: .2rem 0 0; padding-left: 1.4rem; }
.badges { list-style: none; display: flex; flex-wrap: wrap; gap: .5rem; margin: 0; padding: 0; }
.badges li { border: 1px solid var(--line); border-radius: 8px; padding: .2rem .6rem; max-width: none; }
.badges strong { text-transform: uppercase; font-size: .78rem; letter-spacing: .04em; margin-right: .35rem; }
.pass { background: var(--real-tint); } .pass strong { color: var(--real); }
.warn { background: var(--unsure-tint); } .warn strong { color: var(--unsure); }
.fail { background: var(--fake-tint); } .fail strong { color: var(--fake); }
.contents { font-size: .94rem; }
.contents ul { columns: 17rem; padding-left: 1.2rem; margin: .2rem 0; }
a { color: var(--real); }
@media print { details > * { display: block; } h2 { break-after: avoid; } figure { break-inside: avoid; } }
</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
<section class="card" aria-label="Summary">
<p class="headline">{{ card.headline | prose }}</p>
{% if card.badges %}<ul class="badges">
{% for badge in card.badges %}<li class="{{ badge.level }}">\
<strong>{{ badge.mark }}</strong>{{ badge.text | prose }}</li>
{% endfor %}</ul>{% endif %}
{% if card.ranked %}<h2>{{ card.ranked_title }}</h2>
<ol>{% for sentence in card.ranked %}<li>{{ sentence | prose }}</li>
{% endfor %}</ol>{% endif %}
</section>
{% for sentence in lead %}<p class="lead">{{ sentence | prose }}</p>
{% endfor %}
<nav class="contents" aria-label="Contents"><ul>
{% for table in tables %}<li><a href="#table-{{ loop.index }}">{{ table.title }}</a></li>
{% endfor %}{% for picture in pictures %}<li><a href="#figure-{{ loop.index }}">{{ picture.title }}</a></li>
{% endfor %}{% if errors %}<li><a href="#errors">Images that could not be judged</a></li>
{% endif %}<li><a href="#reading">How to read this</a></li>
</ul></nav>
{% for table in tables %}
<h2 id="table-{{ loop.index }}">{{ table.title }}</h2>
{% for note in table.notes %}<p class="note">{{ note | prose }}</p>
{% endfor %}
{% if table.folded %}<details><summary>Show {{ table.rows | length }} rows</summary>{% endif %}
{% if table.rows %}<div class="scroll" tabindex="0" role="group" aria-label="{{ table.title }}"><table>
<thead><tr>{% for head in table.head %}\
{% if head %}<th scope="col"{% if not loop.first %} class="number"{% endif %}>{{ head }}</th>\
{% else %}<td></td>{% endif %}\
{% endfor %}</tr></thead>
<tbody>
{% for row in table.rows %}<tr>{% for cell in row %}{% if loop.first %}<th scope="row">{{ cell.text }}</th>{% else %}\
<td class="number"{% if cell.hint %} title="{{ cell.hint }}"{% endif %}>{{ cell.text }}\
{% if cell.small %} <small>{{ cell.small }}</small>{% endif %}</td>{% endif %}{% endfor %}</tr>
{% endfor %}</tbody>
</table></div>{% endif %}
{% if table.folded %}</details>{% endif %}
{% endfor %}
{% for picture in pictures %}
<h2 id="figure-{{ loop.index }}">{{ picture.title }}</h2>
{% set image %}<img alt="{{ picture.title }}. {{ picture.caption }}" src="{{ picture.uri }}">{% endset %}
<figure>{% if picture.narrow_uri %}\
<picture><source media="(max-width: 40rem)" srcset="{{ picture.narrow_uri }}">{{ image }}</picture>{% else %}\
<div class="scroll" tabindex="0" role="group" aria-label="{{ picture.title }}">{{ image }}</div>{% endif %}
<figcaption>{{ picture.caption | prose }}</figcaption></figure>
{% endfor %}
{% if errors %}
<h2 id="errors">Images that could not be judged</h2>
<details><summary>{{ errors | length }} of them; they count nowhere above</summary>
<ul>{% for error in errors %}<li>{{ error | prose }}</li>{% endfor %}</ul></details>
{% endif %}
<h2 id="reading">How to read this</h2>
<ul>{% for sentence in reading %}<li>{{ sentence | prose }}</li>
{% endfor %}</ul>
</main>
</body>
</html>
"""
