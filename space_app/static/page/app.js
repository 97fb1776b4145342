// The page: takes images by choice, drop or paste, and says what the detector says.

import { cardOf, kindOf, percent, shortWords, thresholdSentence, whyNotJudged } from "./card.js";
import { Detector } from "./detector.js";

const THUMBNAIL = 320;
const element = (id) => document.getElementById(id);

const loading = Detector.load("model", (share) => {
  element("download").value = share;
}).then(ready, (error) => {
  fail(`The detector cannot be started: ${error.message}. Reload the page.`);
  element("loading").hidden = true;
  throw error;
});
loading.catch(() => {}); // said already

let latest = 0;
let shown = null;

function ready(detector) {
  const { threshold_low: low, threshold_high: high } = detector.preprocessing.verdict;
  element("loading").hidden = true;
  element("thresholds").textContent = thresholdSentence(low, high);
  document.documentElement.dataset.state = "ready";
  if (navigator.serviceWorker && location.protocol !== "file:") navigator.serviceWorker.register("sw.js").catch(() => {});
  return detector;
}

async function judge(files) {
  const images = [...files].filter((file) => file.type.startsWith("image/") || file.type === "");
  if (images.length === 0) return fail("That is no image: choose a JPEG, PNG or WebP file.");
  const turn = ++latest;
  element("many").hidden = images.length === 1;
  show(images[0], images.length === 1);
  say("busy", images.length === 1 ? "Looking at it …" : `Judging ${images.length} images …`);
  let detector;
  try {
    detector = await loading;
  } catch {
    return;
  }
  let judged = 0;
  for (const image of images) {
    await new Promise((done) => setTimeout(done)); // let the page be drawn before the processor is busy
    if (turn !== latest) return;
    const verdict = await verdictOf(detector, image);
    if (turn !== latest) return;
    if (images.length === 1) return tell(verdict);
    await addTile(verdict, image, `run-${turn}`);
    say("busy", `Judged ${++judged} of ${images.length} images${judged < images.length ? " …" : "."}`);
  }
  element("verdict").dataset.label = "many";
}

async function verdictOf(detector, file) {
  const name = file.name || "pasted image";
  try {
    return { name, ...(await detector.judge(file)) };
  } catch (error) {
    console.info(error);
    return { name, error: `${name} cannot be read: it is damaged, or of a kind that this browser does not know.` };
  }
}

function tell(verdict) {
  delete element("verdict").dataset.pFake;
  element("verdict").dataset.label = verdict.error ? "error" : verdict.label;
  if (!verdict.error) element("verdict").dataset.pFake = verdict.pFake; // unrounded, for other programs
  element("thresholds").hidden = true; // the card says it
  element("answer").replaceChildren(cardOf(verdict));
}

async function addTile(verdict, file, run) {
  const kind = kindOf(verdict);
  const tile = document.createElement("li");
  const plain = kind === "conflict" ? verdict.label : kind;
  tile.className = `rf-tile rf-tile-${plain}`;
  const record = {
    path: verdict.name, label: verdict.label ?? null, p_fake: verdict.pFake ?? null, width: verdict.width ?? null,
    height: verdict.height ?? null, format: null, warnings: verdict.warnings ?? [], provenance: verdict.provenance ?? null,
    error: verdict.error ?? null, model: verdict.model ?? null, bytes: file.size, modified: null, share_seen: verdict.shareSeen ?? null,
  };
  Object.assign(tile.dataset, {
    key: `${verdict.name}|${verdict.pFake}|${file.size}`, kind: plain, p: kind === "none" ? -1 : verdict.pFake,
    path: verdict.name, notes: [...record.warnings, verdict.error ?? ""].join("; "), record: JSON.stringify(record),
  });
  const button = tile.appendChild(document.createElement("button"));
  button.type = "button";
  button.className = "rf-open";
  const span = (name, parent = button, tag = "span") => Object.assign(parent.appendChild(document.createElement(tag)), { className: name });
  const frame = span("rf-thumb");
  const small = verdict.error ? null : await thumbnail(file).catch(() => null); // gone meanwhile: its verdict is there
  if (small) Object.assign(frame.appendChild(document.createElement("img")), { src: small, alt: "" });
  else frame.appendChild(document.createElement("span")).textContent = "no picture";
  const line = span("rf-tile-answer");
  span("", line, "b").textContent = shortWords(verdict);
  if (!verdict.error && !whyNotJudged(verdict.warnings)) span("", line).textContent = percent(verdict.pFake);
  span("rf-tile-name").textContent = verdict.name;
  span("rf-tile-review");
  tile.appendChild(document.createElement("template")).content.append(cardOf(verdict, { shared: false }));
  const feed = document.createElement("rf-tiles");
  feed.hidden = true;
  feed.dataset.run = run;
  feed.append(tile);
  document.body.append(feed);
  feed.remove();
}

async function thumbnail(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, THUMBNAIL / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(scale * bitmap.width)), Math.max(1, Math.round(scale * bitmap.height)));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const small = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result); // data, not an address of this page: an exported page keeps it
    reader.readAsDataURL(small);
  });
}

function say(state, words) {
  element("verdict").dataset.label = state;
  delete element("verdict").dataset.pFake;
  const line = document.createElement("p");
  line.className = "rf-empty";
  line.textContent = words;
  element("answer").replaceChildren(line);
  element("thresholds").hidden = false;
}

function fail(sentence) {
  say("error", sentence);
}

function show(file, alone) {
  if (shown) URL.revokeObjectURL(shown);
  shown = URL.createObjectURL(file);
  const preview = element("preview");
  preview.onerror = () => {
    preview.hidden = true;
    element("invitation").hidden = false;
  };
  preview.src = shown;
  preview.alt = `The chosen image${file.name ? `, ${file.name}` : ""}`;
  preview.hidden = !alone;
  element("invitation").hidden = alone;
  document.body.dataset.has = "image";
}

for (const id of ["file", "camera"]) {
  element(id).addEventListener("change", (event) => {
    if (event.target.files.length) judge(event.target.files);
    event.target.value = ""; // the same file may be chosen again
  });
}
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    element("drop").classList.toggle("over", over);
    if (name === "drop" && event.dataTransfer.files.length) judge(event.dataTransfer.files);
  });
}
document.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) judge(event.clipboardData.files);
});
