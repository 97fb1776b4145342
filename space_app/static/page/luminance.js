// The middle of an image in grey, as Pillow makes it: realfake_hf/images/central_crop.py and convert("L").

import { readRegion } from "./crops.js";

/** {plane, width, height}: grey levels of the central square of `side` px, whose corner lies on the 8 px grid of JPEG. */
export function centralLuminance(bitmap, side) {
  const [left, top] = [bitmap.width, bitmap.height].map((length) => Math.floor(Math.max(0, Math.floor((length - side) / 2)) / 8) * 8);
  const width = Math.min(bitmap.width - left, side);
  const height = Math.min(bitmap.height - top, side);
  const bytes = readRegion(bitmap, left, top, width, height);
  const plane = new Float32Array(width * height);
  for (let place = 0; place < plane.length; place++) {
    plane[place] = (19595 * bytes[4 * place] + 38470 * bytes[4 * place + 1] + 7471 * bytes[4 * place + 2] + 0x8000) >> 16;
  }
  return { plane, width, height };
}
