// Images in, verdicts out, in this page alone: realfake_hf/detection/detector.py by onnxruntime-web.

import * as ort from "./vendor/ort.wasm.bundle.min.mjs";
import { pixelValues, shareSeen } from "./crops.js";
import { looksDrawn } from "./drawn.js";
import { showsNothing } from "./emptiness.js";
import { jpegQuality } from "./jpeg_quality.js";
import { whyNotJudged } from "./card.js";
import { readProvenance } from "./provenance.js";
import { looksUpscaled } from "./upscaling.js";

const HEAVY_COMPRESSION_BELOW = 50;

/** The exported model in `folder`. */
export class Detector {
  constructor(session, preprocessing) {
    this.session = session;
    this.preprocessing = preprocessing;
  }

  /** Fetch and start the model; `onProgress(share)` hears of the download, 0 to 1. */
  static async load(folder, onProgress = () => {}) {
    ort.env.wasm.numThreads = 1; // more would need headers that a plain static host does not send
    ort.env.wasm.wasmPaths = { wasm: new URL("./vendor/ort-wasm-simd-threaded.wasm", import.meta.url).href };
    const preprocessing = await (await fetched(`${folder}/preprocessing.json`)).json();
    const model = await downloaded(`${folder}/model.onnx`, onProgress);
    return new Detector(await ort.InferenceSession.create(model, { executionProviders: ["wasm"] }), preprocessing);
  }

  /** Judge a file: see `cardOf` for what comes out. Throws where it is no image that this browser reads. */
  async judge(file) {
    const bitmap = await decoded(file);
    try {
      const { width, height } = bitmap;
      const bytes = new Uint8Array(await file.arrayBuffer());
      const quality = jpegQuality(bytes);
      const pFake = await this.score(bitmap);
      const empty = showsNothing(bitmap);
      const seen = empty ? [] : [looksDrawn(bitmap) ? "a drawing or screenshot" : looksUpscaled(bitmap) && "upscaled"];
      const warnings = [empty && "nothing to judge", ...this.warnings(width, height, quality), ...seen].filter(Boolean);
      const { threshold_low: low, threshold_high: high } = this.preprocessing.verdict;
      const label = whyNotJudged(warnings) ? "unsure" : this.decide(pFake);
      const provenance = readProvenance(bytes);
      return { label, pFake, low, high, width, height, quality, warnings, provenance, shareSeen: shareSeen(width, height, this.preprocessing) };
    } finally {
      bitmap.close();
    }
  }

  /** The calibrated probability of fake, 0 to 1, of an ImageBitmap. */
  async score(bitmap) {
    const { values, shape } = pixelValues(bitmap, this.preprocessing);
    const { input, output } = this.preprocessing;
    const results = await this.session.run({ [input.name]: new ort.Tensor("float32", values, shape) });
    const [real, fake] = results[output.name].data;
    return 1 / (1 + Math.exp(real - fake));
  }

  decide(pFake) {
    const { threshold_low: low, threshold_high: high } = this.preprocessing.verdict;
    if (pFake >= high) return "fake";
    return pFake < low ? "real" : "unsure";
  }

  warnings(width, height, quality) {
    const side = Math.min(width, height);
    const range = this.preprocessing.verdict.training_range ?? {};
    const outside = (value, limits) => limits && value !== null && (value < limits[0] || value > limits[1]);
    return [
      side < this.preprocessing.size && "too small",
      quality !== null && quality < HEAVY_COMPRESSION_BELOW && "heavily compressed",
      (outside(side, range.side) || outside(quality, range.jpeg_quality)) && "outside the training range",
    ];
  }
}

/** A file as an upright ImageBitmap with the file's own values: no colour management, no premultiplied alpha. */
export function decoded(file) {
  return createImageBitmap(file, {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
    imageOrientation: "from-image",
  });
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} is missing (${response.status})`);
  return response;
}

async function downloaded(address, onProgress) {
  const response = await fetched(address);
  const total = Number(response.headers.get("content-length"));
  const parts = [];
  let received = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    received += value.length;
    if (total) onProgress(Math.min(1, received / total));
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
