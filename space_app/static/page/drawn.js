// Whether an image is a drawing or a screenshot: realfake_hf/images/drawn.py, step by step.

import { centralLuminance } from "./luminance.js";

const CROP = 512;
const [CELL, WINDOW] = [4, 8];
const [EDGE_ABOVE, STRONG_EDGE_ABOVE] = [24, 60];
const FLAT_UP_TO = 1;
const AWAY = 2;
const NEAR = 0.2;
const [MIN_CELLS, MIN_STRONG_EDGES] = [20, 0.02];
const [FLAT, TWO_TONED] = [0.85, 0.84];
const [FLATTEST, FAIRLY_TWO_TONED] = [0.995, 0.65];

/** Whether an ImageBitmap is probably a drawing, a diagram or a screenshot. */
export function looksDrawn(bitmap) {
  const { strongEdges, twoToned, flat } = measureDrawnness(bitmap);
  if (twoToned === null || strongEdges < MIN_STRONG_EDGES) return false;
  if (twoToned >= TWO_TONED) return (flat ?? 1) >= FLAT;
  return flat !== null && flat >= FLATTEST && twoToned >= FAIRLY_TWO_TONED;
}

/** {strongEdges, twoToned, flat}: how much an image is like a drawing, 0 to 1 or null. */
export function measureDrawnness(bitmap) {
  const grey = centralLuminance(bitmap, CROP);
  const windows = blocks(grey, WINDOW);
  const strong = windows.values.filter((pixels) => range(pixels) > STRONG_EDGE_ABOVE);
  const twoToned = strong.length ? median(strong.map(shareOfTwoTones)) : null;
  return { strongEdges: strong.length / Math.max(1, windows.values.length), twoToned, flat: flatShare(blocks(grey, CELL)) };
}

// Share of cells without texture among those away from edges; null where there are too few.
function flatShare({ values, columns, rows }) {
  const ranges = values.map(range);
  let [between, flat] = [0, 0];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      if (hasEdgeNear(ranges, columns, rows, x, y)) continue;
      between++;
      if (ranges[y * columns + x] <= FLAT_UP_TO) flat++;
    }
  }
  return between >= MIN_CELLS ? flat / between : null;
}

function hasEdgeNear(ranges, columns, rows, x, y) {
  for (let row = Math.max(0, y - AWAY); row <= Math.min(rows - 1, y + AWAY); row++) {
    for (let column = Math.max(0, x - AWAY); column <= Math.min(columns - 1, x + AWAY); column++) {
      if (ranges[row * columns + column] > EDGE_ABOVE) return true;
    }
  }
  return false;
}

function shareOfTwoTones(pixels) {
  const [low, high] = [Math.min(...pixels), Math.max(...pixels)];
  const limit = NEAR * (high - low);
  return pixels.filter((value) => value - low < limit || high - value < limit).length / pixels.length;
}

function blocks({ plane, width, height }, side) {
  const [columns, rows] = [Math.floor(width / side), Math.floor(height / side)];
  const values = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const pixels = [];
      for (let y = 0; y < side; y++) {
        const from = (row * side + y) * width + column * side;
        pixels.push(...plane.subarray(from, from + side));
      }
      values.push(pixels);
    }
  }
  return { values, columns, rows };
}

const range = (pixels) => Math.max(...pixels) - Math.min(...pixels);

function median(values) {
  const ordered = values.toSorted((a, b) => a - b);
  return (ordered[Math.floor((ordered.length - 1) / 2)] + ordered[Math.floor(ordered.length / 2)]) / 2;
}
