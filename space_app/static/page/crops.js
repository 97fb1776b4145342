// From a decoded image to the numbers that the model takes: realfake_hf/models/square_crops.py, step by step.

/** Boxes [left, top] of `count` squares of `size` px inside `width` x `height`: the centre, or a grid spread to the borders. */
export function cropCorners(width, height, size, count) {
  const placesX = width - size + 1;
  const placesY = height - size + 1;
  let columns = Math.max(1, Math.min(count, placesX, roundHalfEven(Math.sqrt((count * width) / height))));
  const rows = Math.min(placesY, Math.ceil(count / columns));
  columns = Math.min(placesX, Math.max(columns, Math.ceil(count / rows)));
  const cells = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      cells.push([spread(width - size, columns, column), spread(height - size, rows, row)]);
    }
  }
  const last = cells.length - 1;
  return Array.from({ length: count }, (_, index) => cells[roundHalfEven((index * last) / Math.max(count - 1, 1))]);
}

/**
 * The model's input, (1, crops, 3, size, size), of an ImageBitmap. Nothing is resampled: every crop is drawn 1 : 1, and
 * an image smaller than a crop is continued by reflection. Crops that are all the same are given once.
 */
export function pixelValues(bitmap, preprocessing) {
  const { size, num_crops: count, input } = preprocessing;
  const corners = cropCorners(Math.max(bitmap.width, size), Math.max(bitmap.height, size), size, count);
  const distinct = new Set(corners.map(String)).size === 1 ? corners.slice(0, 1) : corners;
  const area = size * size;
  const values = new Float32Array(distinct.length * 3 * area);
  distinct.forEach(([left, top], crop) => {
    const across = positions(left, size, bitmap.width);
    const down = positions(top, size, bitmap.height);
    const bytes = readRegion(bitmap, across.start, down.start, across.length, down.length);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const from = 4 * (down.index[y] * across.length + across.index[x]);
        for (let channel = 0; channel < 3; channel++) {
          const value = (bytes[from + channel] / 255 - input.mean[channel]) / input.std[channel];
          values[(crop * 3 + channel) * area + y * size + x] = value;
        }
      }
    }
  });
  return { values, shape: [1, distinct.length, 3, size, size] };
}

/** RGBA bytes of a region at the image's own resolution, transparency composited on white. */
export function readRegion(bitmap, left, top, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingEnabled = false;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, left, top, width, height, 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
}

// Which pixels of one axis a crop takes: the first, how many, and for each of the crop's the place among them. An axis
// shorter than the crop is taken whole and reflected, the edge repeated, half of what is missing on either side.
function positions(corner, size, side) {
  if (side >= size) {
    return { start: corner, length: size, index: Array.from({ length: size }, (_, place) => place) };
  }
  const before = Math.floor((size - side) / 2);
  const index = Array.from({ length: size }, (_, place) => {
    const turn = (((place - before) % (2 * side)) + 2 * side) % (2 * side);
    return turn < side ? turn : 2 * side - 1 - turn;
  });
  return { start: 0, length: side, index };
}

function spread(room, count, index) {
  return count === 1 ? Math.floor(room / 2) : Math.floor((room * index) / (count - 1));
}

// As Python rounds.
function roundHalfEven(value) {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
