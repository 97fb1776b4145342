// The page: takes an image by choice, drop or paste, and says what the detector says.

import { Detector } from "./detector.js";

const WORDS = { real: "Likely real", unsure: "Unsure", fake: "Likely fake" };
const MEANING = {
  real: "Nothing here looks generated to this detector.",
  unsure: "The detector cannot tell: take this for no answer.",
  fake: "This looks like the images that generators make.",
};
const ADVICE = {
  "too small": "smaller than the detector looks at, so it sees little",
  "heavily compressed": "strong JPEG compression wipes out the traces that it looks for",
  "outside the training range": "of a size or quality that it was not trained on",
};
const element = (id) => document.getElementById(id);
const percent = (share) => `${Math.round(100 * Math.min(Math.max(share, 0.01), 0.99))}\u00a0%`; // with the space that does not break

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
  element("thresholds").textContent =
    low < high
      ? `Below ${percent(low)} it says likely real, from ${percent(high)} likely fake, and between them unsure.`
      : `Below ${percent(low)} it says likely real, from there on likely fake.`;
  for (const [name, value] of [["--low", low], ["--high", high]]) element("gauge").style.setProperty(name, value);
  document.documentElement.dataset.state = "ready";
  return detector;
}

async function judge(files) {
  const images = [...files].filter((file) => file.type.startsWith("image/") || file.type === "");
  if (images.length === 0) return fail("That is no image: choose a JPEG, PNG or WebP file.");
  const turn = ++latest;
  show(images[0]);
  say("busy", "Looking at it …");
  try {
    const detector = await loading;
    await new Promise((done) => setTimeout(done)); // let the page be drawn before the processor is busy
    const verdict = await detector.judge(images[0]);
    if (turn === latest) tell(verdict, images);
  } catch (error) {
    console.info(error);
    if (turn === latest) fail(`${images[0].name || "This image"} cannot be read: it is damaged, or of a kind that this browser does not know.`);
  }
}

function tell(verdict, images) {
  say(verdict.label, WORDS[verdict.label]);
  element("verdict").dataset.pFake = verdict.pFake; // unrounded, for other programs
  element("meaning").textContent = MEANING[verdict.label];
  element("probability").textContent = percent(verdict.pFake);
  element("gauge").style.setProperty("--p", verdict.pFake);
  element("gauge").setAttribute("aria-label", `Probability of fake ${percent(verdict.pFake)}. ${element("thresholds").textContent}`);
  element("warnings").replaceChildren(
    ...verdict.warnings.map((warning) => {
      const item = document.createElement("li");
      item.textContent = `${warning[0].toUpperCase()}${warning.slice(1)}: ${ADVICE[warning]}.`;
      return item;
    }),
  );
  const facts = [images[0].name || "pasted image", `${verdict.width} × ${verdict.height} px`];
  if (verdict.quality !== null) facts.push(`JPEG quality ${verdict.quality}`);
  if (images.length > 1) facts.push(`the first of ${images.length} images`);
  element("facts").textContent = facts.join(", ");
  element("details").hidden = false;
}

function say(state, words) {
  element("verdict").dataset.label = state;
  delete element("verdict").dataset.pFake;
  element("words").textContent = words;
  element("details").hidden = true;
}

function fail(sentence) {
  say("error", sentence);
}

function show(file) {
  if (shown) URL.revokeObjectURL(shown);
  shown = URL.createObjectURL(file);
  const preview = element("preview");
  preview.onerror = () => (preview.hidden = true);
  preview.src = shown;
  preview.alt = `The chosen image${file.name ? `, ${file.name}` : ""}`;
  preview.hidden = false;
  element("invitation").hidden = true;
}

element("file").addEventListener("change", (event) => {
  if (event.target.files.length) judge(event.target.files);
  event.target.value = ""; // the same file may be chosen again
});
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
