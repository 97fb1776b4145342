// What a JPEG's own tables tell about how it was saved: realfake_hf/images/jpeg_quality.py.

// Annex K of the JPEG standard (ITU-T T.81), in natural (row) order.
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87,
  80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92,
  95, 98, 112, 100, 103, 99,
];
const CHROMINANCE = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99,
  99, 99, ...Array(32).fill(99),
];
// Where the file's zigzag order puts each step.
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35,
  42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62,
  63,
];

/** The quality, 1 to 100, whose standard tables come nearest to those of a file (Uint8Array); null where it is no JPEG. */
export function jpegQuality(bytes) {
  const tables = quantisationTables(bytes);
  if (!tables[0]) return null;
  let best = null;
  let nearest = Infinity;
  for (let quality = 1; quality <= 100; quality++) {
    const distance = difference(tables[0], LUMINANCE, quality) + (tables[1] ? difference(tables[1], CHROMINANCE, quality) : 0);
    if (distance < nearest) [best, nearest] = [quality, distance];
  }
  return best;
}

function difference(table, base, quality) {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return table.reduce((sum, step, place) => {
    const standard = Math.floor((base[place] * scale + 50) / 100);
    return sum + Math.abs(Math.min(255, Math.max(1, standard)) - step);
  }, 0);
}

function quantisationTables(bytes) {
  const tables = {};
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return tables;
  let place = 2;
  while (place + 4 <= bytes.length && bytes[place] === 0xff && bytes[place + 1] !== 0xda) {
    if (bytes[place + 1] === 0xff) {
      place++; // fill bytes may stand before a marker
      continue;
    }
    const end = place + 2 + 256 * bytes[place + 2] + bytes[place + 3];
    if (bytes[place + 1] === 0xdb) readTables(bytes, place + 4, Math.min(end, bytes.length), tables);
    place = end;
  }
  return tables;
}

function readTables(bytes, start, end, tables) {
  let place = start;
  while (place < end) {
    const wide = bytes[place] >> 4;
    const table = Array(64);
    const number = bytes[place++] & 15;
    if (place + 64 * (1 + wide) > end) return;
    for (const natural of ZIGZAG) {
      table[natural] = wide ? 256 * bytes[place++] + bytes[place++] : bytes[place++];
    }
    tables[number] = table;
  }
}
