// What a file itself declares about its origin: the plainest marks that realfake_hf/images/provenance reads. Content
// Credentials are only noticed here, not validated.

const SOURCE_TYPES = {
  trainedAlgorithmicMedia: ["made by a generative model", "made"],
  compositeWithTrainedAlgorithmicMedia: ["edited with a generative model", "edited"],
  digitalCapture: ["a digital photograph", "camera"],
  computationalCapture: ["a digital photograph computed from several frames", "camera"],
};
const GENERATORS = ["Midjourney", "NovelAI", "InvokeAI", "ComfyUI", "Fooocus", "DALL-E", "Adobe Firefly", "Stable Diffusion"];
const GRAPH = /"class_type"\s*:|"nodes"\s*:\s*\[/; // of ComfyUI, which keeps it in EXIF too
const MOST = 4_000_000; // bytes that are searched for XMP and manifests

const latin = new TextDecoder("latin1");

/** {words, made, edited, camera} of a file (Uint8Array); null where it declares nothing. */
export function readProvenance(bytes) {
  const parts = [];
  const found = { made: false, edited: false, camera: false };
  const claim = (name, where) => {
    if (parts.some((part) => part.startsWith(`made by ${name}`))) return;
    parts.push(`made by ${name} (${where})`);
    found.made = true;
  };
  for (const [keyword, text] of pngTexts(bytes)) {
    const named = GENERATORS.find((name) => text.toLowerCase().includes(name.toLowerCase()));
    if (keyword === "parameters" && /\bSteps: \d+/.test(text)) claim("Stable Diffusion web UI", "PNG text 'parameters'");
    else if (["prompt", "workflow"].includes(keyword) && GRAPH.test(text)) claim("ComfyUI", `PNG text '${keyword}'`);
    else if (keyword.startsWith("invokeai") || keyword === "sd-metadata") claim("InvokeAI", `PNG text '${keyword}'`);
    else if (["Software", "Source", "Description", "Title", "Comment"].includes(keyword) && named) claim(named, `PNG text '${keyword}'`);
  }
  const text = latin.decode(bytes.subarray(0, MOST));
  const exif = exifTexts(bytes, text);
  for (const tag of ["UserComment", "ImageDescription", "Model", "Make"]) {
    const value = exif[tag] ?? "";
    if (GRAPH.test(value)) claim("ComfyUI", `EXIF ${tag}`);
    else if (/(^|\s)Steps: \d+, /.test(value)) claim("Stable Diffusion web UI", `EXIF ${tag}`);
  }
  for (const tag of ["Software", "ImageDescription", "Artist"]) {
    const named = exif[tag]?.length <= 80 && GENERATORS.find((name) => exif[tag].toLowerCase().includes(name.toLowerCase()));
    if (named) claim(named, `EXIF ${tag}`);
  }
  const type = text.match(/digitalsourcetype\/(\w+)/)?.[1];
  if (type && SOURCE_TYPES[type]) {
    const [meaning, kind] = SOURCE_TYPES[type];
    parts.push(`${meaning} (digital source type)`);
    found[kind] = true;
  }
  if (/jumb.{0,64}c2pa/s.test(text)) parts.push("it carries Content Credentials, which this page does not check");
  const [make, model] = [exif.Make, exif.Model].map((value) => (value?.length <= 80 && !GRAPH.test(value) ? value : ""));
  if (make || model) {
    const name = model.toLowerCase().startsWith(make.toLowerCase().split(" ")[0]) && model ? model : `${make} ${model}`.trim();
    parts.push(`taken with ${name} (EXIF)`);
    found.camera = true;
  }
  return parts.length ? { words: `The file says: ${parts.join("; ")}.`, ...found } : null;
}

function* pngTexts(bytes) {
  if (latin.decode(bytes.subarray(1, 4)) !== "PNG") return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let place = 8; place + 12 <= bytes.length; ) {
    const length = view.getUint32(place);
    const kind = latin.decode(bytes.subarray(place + 4, place + 8));
    const content = bytes.subarray(place + 8, Math.min(place + 8 + length, bytes.length));
    if (kind === "tEXt" || kind === "iTXt") {
      const end = content.indexOf(0);
      const text = kind === "tEXt" ? latin.decode(content.subarray(end + 1)) : new TextDecoder().decode(content.subarray(end + 3)).replace(/^[^\0]*\0[^\0]*\0/, "");
      if (end > 0) yield [latin.decode(content.subarray(0, end)), text];
    }
    place += 12 + length;
  }
}

// The texts of the first directory, and the comment in the one below it.
function exifTexts(bytes, text) {
  const NAMES = { 0x010e: "ImageDescription", 0x010f: "Make", 0x0110: "Model", 0x0131: "Software", 0x013b: "Artist", 0x9286: "UserComment" };
  const found = {};
  const mark = text.indexOf("Exif\0\0");
  let start = mark >= 0 ? mark + 6 : -1;
  if (start < 0 && latin.decode(bytes.subarray(1, 4)) === "PNG") {
    const chunk = text.indexOf("eXIf");
    start = chunk >= 0 ? chunk + 4 : -1;
  }
  if (start < 0 && text.startsWith("RIFF")) {
    const chunk = text.lastIndexOf("EXIF"); // after the pixels, and often without the mark
    start = chunk >= 0 ? chunk + 8 : -1;
  }
  if (start < 0) return found;
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset + start);
    const little = view.getUint16(0) === 0x4949;
    const read = (directory, isFirst) => {
      const entries = Math.min(view.getUint16(directory, little), 200);
      for (let entry = 0; entry < entries; entry++) {
        const place = directory + 2 + 12 * entry;
        const tag = view.getUint16(place, little);
        if (tag === 0x8769 && isFirst) read(view.getUint32(place + 8, little), false);
        if (!NAMES[tag]) continue;
        const length = view.getUint32(place + 4, little);
        const from = length <= 4 ? place + 8 : view.getUint32(place + 8, little);
        if (length > MOST) continue;
        const content = latin.decode(new Uint8Array(view.buffer, view.byteOffset + from, length));
        // A comment has eight bytes that name its encoding; of UTF-16 every other byte is zero.
        const value = (tag === 0x9286 ? content.slice(8).replaceAll("\0", "") : content.replace(/\0.*$/s, "")).trim();
        if (value) found[NAMES[tag]] = value;
      }
    };
    read(view.getUint32(4, little), true);
  } catch {} // damaged EXIF declares nothing
  return found;
}
