"""The HTML of a scan's report, for Jinja; everything it needs is in the file itself."""

from __future__ import annotations

TEMPLATE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Real or fake: {{ total }} image{{ "" if total == 1 else "s" }}</title>
<style>
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --soft: #595959; --line: #ddd;
  --real: #00527f; --fake: #a34700; --unsure: #5c5200; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #16181b; --soft: #a9adb3; --line: #3a3e44;
  --real: #6bb8ea; --fake: #ff9d57; --unsure: #d9c84a; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  padding: 2rem 1.2rem 4rem; max-width: 72rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .6rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem; }
p, li { max-width: 46rem; }
.counts { display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; list-style: none; }
.counts li { border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .9rem; }
.counts b { display: block; font-size: 1.5rem; line-height: 1.2; }
.note, caption { color: var(--soft); font-size: .9rem; text-align: left; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { border-bottom: 2px solid var(--soft); white-space: nowrap; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
th[aria-sort] button::after { content: " \\2195"; color: var(--soft); }
th[aria-sort=ascending] button::after { content: " \\2191"; }
th[aria-sort=descending] button::after { content: " \\2193"; }
td.path { overflow-wrap: anywhere; min-width: 11rem; }
td.number { text-align: right; white-space: nowrap; }
td.words { font-weight: 600; white-space: nowrap; }
.real { color: var(--real); } .fake { color: var(--fake); } .unsure { color: var(--unsure); }
.None { color: var(--soft); }
td.pictures { white-space: nowrap; }
td.pictures img { max-width: 10.5rem; max-height: 8rem; width: auto; height: auto; margin-right: .3rem; }
.bar { display: inline-block; width: 7rem; height: .7rem; border: 1px solid var(--soft); vertical-align: middle;
  background: linear-gradient(to right, #2f81b3, #aaa, #cb702b); }
@media (max-width: 42rem) { td.pictures img { display: block; max-width: 6.5rem; margin: 0 0 .3rem; }
  td.path { min-width: 7rem; } }
ul.plain { margin: 0; padding: 0; list-style: none; }
@media print { tr { break-inside: avoid; } }
</style>
</head>
<body>
<h1>Real or fake: {{ total }} image{{ "" if total == 1 else "s" }}</h1>
<ul class="counts">
{% for label, words, count in counts %}<li class="{{ label }}"><b>{{ count }}</b>{{ words }}</li>
{% endfor %}</ul>
<p>Judged by the model {{ model }}. An image is called likely fake from a probability of {{ high }} on, likely real \
below {{ low }}, and unsure between. These thresholds are the model's own; calibration sets them so that few \
photographs are called fake. No detector is sure about one image, so probabilities are shown between 1 and 99 %. \
A verdict is a hint, not a proof.</p>
<p>Heatmaps: <span class="real">blue speaks for real</span> <span class="bar" role="img" \
aria-label="colour bar from blue to orange"></span> <span class="fake">orange speaks for fake</span>, on a scale of \
its own for each image; frames are the crops that the model saw, and it saw nothing of what is hatched.</p>
{% if left_out %}<p class="note">{{ left_out }} more images have no row here: the likeliest fakes come first. The \
records of --output have them all.</p>{% endif %}
{% if without_pictures %}<p class="note">{{ without_pictures }} judged images further down have no pictures, to keep \
this page small; --heatmaps DIR writes all heatmaps.</p>{% endif %}
<div class="scroll"><table id="images">
<thead><tr>
<th>pictures</th>
<th aria-sort="none"><button type="button" data-kind="text">image</button></th>
<th aria-sort="none"><button type="button" data-kind="text">verdict</button></th>
<th aria-sort="none"><button type="button" data-kind="number">fake, %</button></th>
<th aria-sort="none"><button type="button" data-kind="text">notes</button></th>
</tr></thead>
<tbody>
{% for row in rows %}<tr>
<td class="pictures">{% for kind, uri in row.pictures %}<img loading="lazy" alt="{{ kind }} of {{ row.path }}" \
src="{{ uri }}">{% endfor %}</td>
<td class="path">{{ row.path }}{% if row.size %}<br><span class="note">{{ row.size }} px</span>{% endif %}</td>
<td class="words {{ row.label }}">{{ row.words }}</td>
<td class="number" data-value="{{ -1 if row.shown is none else row.shown }}">\
{{ "" if row.shown is none else row.shown }}</td>
<td><ul class="plain">{% for note in row.notes %}<li>{{ note }}</li>{% endfor %}\
{% if row.error %}<li>{{ row.error }}</li>{% endif %}</ul></td>
</tr>
{% endfor %}</tbody>
</table></div>
<script>
const table = document.getElementById("images"), body = table.tBodies[0];
table.tHead.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (!button) return;
  const head = button.parentElement, column = head.cellIndex;
  const down = head.ariaSort !== "descending" && (head.ariaSort === "ascending" || button.dataset.kind === "number");
  for (const other of table.tHead.rows[0].cells) if (other.ariaSort) other.ariaSort = "none";
  head.ariaSort = down ? "descending" : "ascending";
  const value = row => button.dataset.kind === "number" ? Number(row.cells[column].dataset.value)
    : row.cells[column].textContent.trim();
  const compare = (a, b) => typeof a === "number" ? a - b : a.localeCompare(b, undefined, {numeric: true});
  const rows = Array.from(body.rows).map(row => [value(row), row]);
  rows.sort((a, b) => down ? compare(b[0], a[0]) : compare(a[0], b[0]));
  body.append(...rows.map(([, row]) => row));
});
</script>
</body>
</html>
"""
