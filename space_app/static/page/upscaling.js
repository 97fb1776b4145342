// Whether an image was enlarged: realfake_hf/images/upscaling.py, step by step.

import { centralLuminance } from "./luminance.js";

const CROP = 512;
const WINDOW = 64;
const FINE_BINS = [21, 28];
const COARSE_BINS = [5, 10];
const UPSCALED_BELOW = -1.88;
const REDUCTIONS = [2, 4];
const REDUCED_BELOW = -2.12;
const SHARP_ABOVE = 12;
const ROUNDING_POWER = 2;

/** Whether an ImageBitmap was probably enlarged by interpolation, about twofold to tenfold. */
export function looksUpscaled(bitmap) {
  const powers = detailPower(bitmap, 1);
  if (powers === null) return false;
  if (detailDrop(powers) < UPSCALED_BELOW) return true;
  if (Math.min(...powers.map(([fine]) => fine)) > SHARP_ABOVE) return false;
  return REDUCTIONS.some((reduction) => {
    const reducedPowers = detailPower(bitmap, reduction);
    return reducedPowers !== null && detailDrop(reducedPowers) < REDUCED_BELOW;
  });
}

/** Decades from coarse to fine detail, the smaller loss of both directions. */
export function detailDrop(powers) {
  return Math.max(...powers.map(([fine, coarse]) => Math.log10(fine) - Math.log10(coarse)));
}

/** Along rows and along columns the power of fine and of coarse detail; null for tiny images. */
export function detailPower(bitmap, reduction) {
  const { plane, width, height } = reduced(centralLuminance(bitmap, CROP * reduction), reduction);
  if (Math.min(width, height) < WINDOW) return null;
  const floor = ROUNDING_POWER / reduction;
  return [power(plane, height, width, width, 1), power(plane, width, height, 1, width)].map((powers) => powers.map((value) => value + floor));
}

function reduced({ plane, width, height }, by) {
  if (by === 1) return { plane, width, height };
  const [columns, rows] = [Math.floor(width / by), Math.floor(height / by)];
  const means = new Float32Array(rows * columns);
  for (let y = 0; y < rows * by; y++) {
    for (let x = 0; x < columns * by; x++) means[Math.floor(y / by) * columns + Math.floor(x / by)] += plane[y * width + x] / by ** 2;
  }
  return { plane: means, width: columns, height: rows };
}

// Mean power in the fine and the coarse bins along lines, of half-overlapping windows: a line's start is `line * across`,
// its samples are `along` apart.
function power(plane, lines, length, across, along) {
  const waves = [FINE_BINS, COARSE_BINS].map(([first, end]) => transform(first, end));
  const sums = [0, 0];
  let windows = 0;
  for (let line = 0; line < lines; line++) {
    for (let start = 0; start + WINDOW <= length; start += WINDOW / 2) {
      windows++;
      const from = line * across + start * along;
      waves.forEach((rows, band) => {
        for (const wave of rows) {
          let sum = 0;
          for (let place = 0; place < WINDOW; place++) sum += wave[place] * (plane[from + place * along] - 128);
          sums[band] += sum * sum;
        }
      });
    }
  }
  return [sums[0] / windows / (FINE_BINS[1] - FINE_BINS[0]), sums[1] / windows / (COARSE_BINS[1] - COARSE_BINS[0])];
}

// Cosines and sines of the bins under a Hann window, for samples whose mean is taken off first.
function transform(first, end) {
  const rows = [];
  for (let bin = first; bin < end; bin++) {
    for (const wave of [Math.cos, Math.sin]) {
      const row = Array.from({ length: WINDOW }, (_, place) => {
        const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * place) / (WINDOW - 1));
        return hann * wave((2 * Math.PI * place * bin) / WINDOW);
      });
      const mean = row.reduce((sum, value) => sum + value, 0) / WINDOW;
      rows.push(Float64Array.from(row, (value) => value - mean));
    }
  }
  return rows;
}
