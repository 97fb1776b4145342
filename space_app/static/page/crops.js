// From a decoded image to the numbers that the model takes: realfake_hf/models/square_crops.py, step by step.

// How much of a crop's side may stay out of sight at an edge before another row or column of crops is made.
const TOLERANCE = 1 / 8;

/** Corners [left, top] of at most `limit` squares of `size` px inside `width` x `height`: the centre, then a grid. */
export function cropCorners(width, height, size, limit) {
  const centre = [Math.floor((width - size) / 2), Math.floor((height - size) / 2)];
  let corners = grid(width, height, size, limit);
  if (!corners.some((corner) => String(corner) === String(centre))) {
    corners = limit > 1 ? [...grid(width, height, size, limit - 1), centre] : [centre];
  }
  const distance = ([left, top]) => (left - centre[0]) ** 2 + (top - centre[1]) ** 2;
  corners.sort((a, b) => distance(a) - distance(b) || a[1] - b[1] || a[0] - b[0]);
  return corners.filter((corner, place) => place === 0 || String(corner) !== String(corners[place - 1]));
}

function grid(width, height, size, limit) {
  const mostColumns = Math.max(1, Math.ceil((width - size * TOLERANCE) / size));
  const mostRows = Math.max(1, Math.ceil((height - size * TOLERANCE) / size));
  let columns = mostColumns;
  let rows = mostRows;
  if (columns * rows > limit) {
    columns = Math.min(mostColumns, limit, Math.max(1, roundHalfEven(Math.sqrt((limit * width) / height))));
    rows = Math.min(mostRows, Math.floor(limit / columns));
    columns = Math.min(mostColumns, Math.floor(limit / rows));
  }
  const corners = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      corners.push([middle(width, size, columns, column), middle(height, size, rows, row)]);
    }
  }
  return corners;
}

function middle(side, size, count, index) {
  if (count === 1) return Math.floor((side - size) / 2);
  const left = Math.floor(((2 * index + 1) * side) / (2 * count)) - Math.floor(size / 2);
  return Math.min(Math.max(left, 0), side - size);
}

// The shortest side, in crops, from which on the whole image is a view of its own.
const WHOLE_FROM = 1.25;

// How many times its size the whole image keeps at least when it is reduced by means of whole pixels.
const WHOLE_GAP = 3;

// Several views always end with the whole image: one that is too small for that has one crop.
function mostCrops(limit, wantsWhole, whole) {
  if (wantsWhole && !whole) return 1;
  return limit - (whole ? 1 : 0);
}

/**
 * The model's input, (1, crops, 3, size, size), of an ImageBitmap. Every crop is drawn 1 : 1, and an image smaller than
 * a crop is continued by reflection. Where the model wants to see the whole image, that is the last of them.
 */
export function pixelValues(bitmap, preprocessing) {
  const { size, num_crops: limit, whole_view: wantsWhole, input } = preprocessing;
  const whole = wantsWhole && limit > 1 && Math.min(bitmap.width, bitmap.height) >= WHOLE_FROM * size;
  const count = mostCrops(limit, wantsWhole, whole);
  const corners = cropCorners(Math.max(bitmap.width, size), Math.max(bitmap.height, size), size, count);
  const area = size * size;
  const views = corners.length + (whole ? 1 : 0);
  const values = new Float32Array(views * 3 * area);
  if (whole) {
    const bytes = reducedMiddle(bitmap, size);
    for (let pixel = 0; pixel < area; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = (bytes[3 * pixel + channel] / 255 - input.mean[channel]) / input.std[channel];
        values[(corners.length * 3 + channel) * area + pixel] = value;
      }
    }
  }
  corners.forEach(([left, top], crop) => {
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
  return { values, shape: [1, views, 3, size, size] };
}

/** Which share of an image of this size the model's views cover together, 0 to 1. */
export function shareSeen(width, height, { size, num_crops: limit, whole_view: wantsWhole }) {
  const whole = wantsWhole && limit > 1 && Math.min(width, height) >= WHOLE_FROM * size;
  const corners = cropCorners(Math.max(width, size), Math.max(height, size), size, mostCrops(limit, wantsWhole, whole));
  const shift = [width, height].map((side) => Math.floor(Math.max(size - side, 0) / 2));
  const boxes = corners.map(([left, top]) => [left - shift[0], top - shift[1], left - shift[0] + size, top - shift[1] + size]);
  if (whole) {
    const side = Math.min(width, height);
    const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
    boxes.push([left, top, left + side, top + side]);
  }
  const inside = boxes.map(([left, top, right, bottom]) => [Math.max(left, 0), Math.max(top, 0), Math.min(right, width), Math.min(bottom, height)]);
  const edges = (...places) => [...new Set(inside.flatMap((box) => places.map((place) => box[place])))].sort((a, b) => a - b);
  const [columns, rows] = [edges(0, 2), edges(1, 3)];
  let covered = 0;
  for (let row = 1; row < rows.length; row++) {
    for (let column = 1; column < columns.length; column++) {
      const seen = inside.some(([left, top, right, bottom]) => left < columns[column] && right > columns[column - 1] && top < rows[row] && bottom > rows[row - 1]);
      if (seen) covered += (columns[column] - columns[column - 1]) * (rows[row] - rows[row - 1]);
    }
  }
  return covered / (width * height);
}

// RGB bytes of the image's middle square, reduced to size x size: means of whole pixels down to WHOLE_GAP times the size,
// then bicubic with a = -0.5 over all pixels that fall into one, columns first, rounded to bytes in between, as Pillow
// does it.
function reducedMiddle(bitmap, size) {
  const side = Math.min(bitmap.width, bitmap.height);
  const left = Math.floor((bitmap.width - side) / 2);
  const top = Math.floor((bitmap.height - side) / 2);
  const factor = Math.max(1, Math.floor(side / (WHOLE_GAP * size)));
  const cells = Math.ceil(side / factor);
  const weights = bicubicWeights(side / factor, cells, size);
  const narrow = new Uint8ClampedArray(cells * size * 3);
  const cellsAtOnce = Math.max(1, Math.floor(4_000_000 / side / factor));
  for (let first = 0; first < cells; first += cellsAtOnce) {
    const end = Math.min(first + cellsAtOnce, cells);
    const rows = Math.min(end * factor, side) - first * factor;
    const means = meansOfCells(readRegion(bitmap, left, top + first * factor, side, rows), side, rows, factor);
    for (let y = first; y < end; y++) {
      weights.forEach(({ start, values }, x) => {
        for (let channel = 0; channel < 3; channel++) {
          let sum = 0;
          values.forEach((weight, place) => (sum += weight * means[3 * ((y - first) * cells + start + place) + channel]));
          narrow[3 * (y * size + x) + channel] = sum; // rounded and clamped
        }
      });
    }
  }
  const reduced = new Uint8ClampedArray(size * size * 3);
  weights.forEach(({ start, values }, y) => {
    for (let x = 0; x < size; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        values.forEach((weight, place) => (sum += weight * narrow[3 * ((start + place) * size + x) + channel]));
        reduced[3 * (y * size + x) + channel] = sum;
      }
    }
  });
  return reduced;
}

// RGB means of `factor` x `factor` RGBA pixels; at the right and lower edge of as many as there are.
function meansOfCells(bytes, width, height, factor) {
  const [columns, rows] = [Math.ceil(width / factor), Math.ceil(height / factor)];
  const sums = new Uint32Array(rows * columns * 3);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / factor) * columns;
    for (let x = 0; x < width; x++) {
      const cell = 3 * (row + Math.floor(x / factor));
      for (let channel = 0; channel < 3; channel++) sums[cell + channel] += bytes[4 * (y * width + x) + channel];
    }
  }
  return sums.map((sum, place) => {
    const cell = Math.floor(place / 3);
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    const count = Math.min(factor, width - column * factor) * Math.min(factor, height - row * factor);
    return Math.floor(sum / count + 0.5);
  });
}

// Of every new pixel: the first old one that counts, and the weights from there on, which add up to 1. `from` old ones,
// the last of which may be a part of one, become `to`.
function bicubicWeights(from, last, to) {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const start = Math.max(0, Math.floor(centre - 2 * stretch + 0.5));
    const end = Math.min(last, Math.floor(centre + 2 * stretch + 0.5));
    const values = Array.from({ length: end - start }, (_, step) => cubic((start + step - centre + 0.5) / stretch));
    const total = values.reduce((sum, value) => sum + value, 0);
    return { start, values: values.map((value) => value / total) };
  });
}

function cubic(x) {
  const far = Math.abs(x);
  if (far < 1) return (1.5 * far - 2.5) * far * far + 1;
  return far < 2 ? ((-0.5 * far + 2.5) * far - 4) * far + 2 : 0;
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

// As Python rounds.
function roundHalfEven(value) {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
