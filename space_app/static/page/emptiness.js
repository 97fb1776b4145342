// Whether an image shows anything that a verdict could rest on: realfake_hf/images/emptiness.py, step by step.

import { readRegion } from "./crops.js";
import { centralLuminance } from "./luminance.js";

const MIN_SIDE = 16;
const FLAT_LEVELS = 9;
const FLAT_SHARE = 0.999;
const CROP = 512;
const COARSE = 8;
const MIN_MEANS = 8;
const NOISE_FINE = 0.3;
const NOISE_COARSE = 0.2;
const PIXELS_AT_ONCE = 4_000_000;

/** Whether an ImageBitmap holds no evidence of anything: a strip, one colour (transparent becomes white), noise. */
export function showsNothing(bitmap) {
  return Math.min(bitmap.width, bitmap.height) < MIN_SIDE || isFlat(bitmap) || isNoise(bitmap);
}

function isFlat(bitmap) {
  const { width, height } = bitmap;
  const counts = [0, 1, 2].map(() => new Float64Array(256));
  const rowsAtOnce = Math.max(1, Math.floor(PIXELS_AT_ONCE / width));
  for (let top = 0; top < height; top += rowsAtOnce) {
    const bytes = readRegion(bitmap, 0, top, width, Math.min(rowsAtOnce, height - top));
    for (let place = 0; place < bytes.length; place += 4) {
      for (let channel = 0; channel < 3; channel++) counts[channel][bytes[place + channel]]++;
    }
    if (!counts.every(couldBeFlat(width * height))) return false;
  }
  return counts.every((levels) => fullestWindow(levels) >= FLAT_SHARE * width * height);
}

// Enough pixels outside the fullest window end the search early.
function couldBeFlat(pixels) {
  return (levels) => levels.reduce((sum, count) => sum + count, 0) - fullestWindow(levels) <= (1 - FLAT_SHARE) * pixels;
}

function fullestWindow(levels) {
  let fullest = 0;
  for (let start = 0; start + FLAT_LEVELS <= 256; start++) {
    let sum = 0;
    for (let level = start; level < start + FLAT_LEVELS; level++) sum += levels[level];
    fullest = Math.max(fullest, sum);
  }
  return fullest;
}

function isNoise(bitmap) {
  const { plane, width, height } = centralLuminance(bitmap, CROP);
  if (neighbours(plane, width, height) > NOISE_FINE) return false;
  const columns = Math.floor(width / COARSE);
  const rows = Math.floor(height / COARSE);
  if (Math.min(rows, columns) < MIN_MEANS) return true;
  const means = new Float64Array(rows * columns);
  for (let y = 0; y < rows * COARSE; y++) {
    for (let x = 0; x < columns * COARSE; x++) means[Math.floor(y / COARSE) * columns + Math.floor(x / COARSE)] += plane[y * width + x] / COARSE ** 2;
  }
  return neighbours(means, columns, rows) <= NOISE_COARSE;
}

// The larger correlation between neighbours, along rows or columns; 0 where nothing varies.
function neighbours(plane, width, height) {
  return Math.max(correlation(plane, width, height, 1, 0), correlation(plane, width, height, 0, 1));
}

function correlation(plane, width, height, right, down) {
  let [count, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let y = 0; y + down < height; y++) {
    for (let x = 0; x + right < width; x++) {
      const first = plane[(y + down) * width + x + right];
      const second = plane[y * width + x];
      count++;
      a += first;
      b += second;
      aa += first * first;
      bb += second * second;
      ab += first * second;
    }
  }
  if (count < 2) return 0;
  const scale = Math.sqrt(Math.max(0, aa / count - (a / count) ** 2) * Math.max(0, bb / count - (b / count) ** 2));
  return scale > 0 ? (ab / count - (a / count) * (b / count)) / scale : 0;
}
