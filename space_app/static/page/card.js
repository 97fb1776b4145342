// A verdict's card: the markup and the sentences are Python's (realfake_hf/detection/pages), written when the page is built.

const words = JSON.parse(document.getElementById("card-words").textContent);

export function percent(share) {
  const shown = Math.min(99, Math.max(1, Math.floor(100 * share + 1e-9))); // as shown_per_cent, in Python
  return `${shown}\u00a0%`; // with the space that does not break
}

const filled = (sentence, values) => sentence.replace(/{(\w+)}/g, (_, name) => values[name]);
const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** Why an image with these warnings is not to be judged; undefined where it is. */
export function whyNotJudged(warnings) {
  return words.no_judgement.find(([needed]) => needed.every((name) => warnings.includes(name)))?.[1];
}

/** Below and from which probability it says what. */
export function thresholdSentence(low, high) {
  return filled(low === high ? words.one_threshold : words.two_thresholds, { low: percent(low), high: percent(high) });
}

/** The answer in a few words, as a table has it. */
export function shortWords(verdict) {
  if (verdict.error) return words.words.None;
  return whyNotJudged(verdict.warnings) ? words.cannot_judge : words.words[verdict.label];
}

/** The card's kind: real, unsure, fake, conflict, or none. */
export function kindOf(verdict) {
  if (verdict.error || whyNotJudged(verdict.warnings)) return "none";
  return disagree(verdict) ? "conflict" : verdict.label;
}

function disagree({ label, provenance }) {
  if (!provenance) return false;
  return provenance.made ? label === "real" : provenance.camera && !provenance.edited && label === "fake";
}

function answer({ label, pFake }) {
  const said = capital(words.words[label]);
  if (label !== "unsure" || Math.abs(pFake - 0.5) < words.even) return said;
  return `${said}, leans ${pFake > 0.5 ? "fake" : "real"}`;
}

/**
 * The card of a verdict {name, label, pFake, low, high, width, height, quality, warnings, provenance, shareSeen, model},
 * or of {name, error}.
 */
export function cardOf(verdict, { shared = true } = {}) {
  const card = document.getElementById("card").content.firstElementChild.cloneNode(true);
  const part = (selector) => card.querySelector(selector);
  const kind = kindOf(verdict);
  card.className = `rf-verdict rf-${kind}`;
  const title = part(".rf-answer > :is(h2, h3)");
  const set = (title_, lead) => {
    title.textContent = title_;
    part(".rf-lead").textContent = lead;
  };
  const leaveOut = (...selectors) => selectors.forEach((selector) => part(selector)?.remove());

  const origin = part(".rf-origin");
  if (verdict.error) origin.remove();
  else if (verdict.provenance) {
    origin.classList.add("rf-declared");
    const note = document.createElement("span");
    note.textContent = words.origin_note;
    origin.replaceChildren(verdict.provenance.words, " ", note);
  } else origin.textContent = words.nothing_declared;

  const p = verdict.error ? "" : percent(verdict.pFake);
  if (verdict.error) set(capital(words.words.None), verdict.error);
  else if (kind === "none") set(`${capital(words.cannot_judge)} this`, whyNotJudged(verdict.warnings));
  else if (kind === "conflict") {
    const values = { said: words.conflict_said[verdict.label], found: words.words[verdict.label], p };
    set(words.disagreement, filled(words.conflict_lead, values));
  } else set(answer(verdict), filled(words.leads[verdict.label], { p }));

  if (kind === "none") leaveOut(".rf-gauge", ".rf-gauge-words", ".rf-warnings", ".rf-worth", ".rf-seen");
  else {
    const { low, high, pFake } = verdict;
    const sentence = thresholdSentence(low, high);
    part(".rf-gauge").setAttribute("aria-label", `Bar from 0 to 100 %, this image at ${p}. ${sentence}`);
    part(".rf-gauge-words").textContent = sentence;
    for (const [zone, width] of [["real", low], ["unsure", high - low], ["fake", 1 - high]]) part(`.rf-zone-${zone}`).style.width = `${100 * width}%`;
    part(".rf-track i").style.left = `${100 * Math.min(Math.max(pFake, 0.01), 0.99)}%`;
    part(".rf-warnings").replaceChildren(...verdict.warnings.map(warningItem));
    if (!verdict.warnings.length) leaveOut(".rf-warnings");
    part(".rf-seen p").textContent = filled(words.seen, { share: `${Math.round(100 * verdict.shareSeen)}\u00a0%` });
    part(".rf-meter span").style.width = `${100 * verdict.shareSeen}%`;
  }
  if (verdict.error) leaveOut(".rf-next");
  if (!shared) for (const [selector, name] of [[".rf-worth", "track_record"], [".rf-next", "next_steps"]]) replaceByGap(part(selector), name);
  const facts = {
    File: verdict.name,
    Size: verdict.width && `${verdict.width} × ${verdict.height} px`,
    "JPEG quality": verdict.quality,
    "Probability of fake": p && `${p} (p_fake)`,
    Model: verdict.model,
  };
  part("dl").replaceChildren(...Object.entries(facts).filter(([, value]) => value).map(([name, value]) => {
    const row = document.createElement("div");
    for (const [tag, text] of [["dt", name], ["dd", value]]) row.appendChild(document.createElement(tag)).textContent = text;
    return row;
  }));
  return card;
}

function warningItem(name) {
  const item = document.createElement("li");
  const title = document.createElement("b");
  title.textContent = `${capital(name)}.`;
  item.append(title, ` ${words.warnings[name] ?? ""}`);
  return item;
}

function replaceByGap(element, name) {
  if (!element) return;
  const gap = document.createElement("div");
  gap.dataset.rfShared = name;
  element.replaceWith(gap);
}
