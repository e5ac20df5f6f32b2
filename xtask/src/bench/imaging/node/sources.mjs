// Makes the sources of `cargo xtask bench imaging` with sharp. The folder of its installation, that of
// the wallpapers and that of the sources come as arguments.
//
// The photographs are wallpapers of 4 megapixels. What has to be larger is put together from several
// of them, pixel by pixel: nothing is scaled up, so there is as much detail as in a photograph.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [installation, wallpapers, folder] = process.argv.slice(2);
const require = createRequire(pathToFileURL(join(installation, 'index.js')));
const sharp = require('sharp');

const TILE = { width: 2560, height: 1600 };
// With as much detail as a camera's pictures have; each stands in a mosaic as it is, then mirrored.
const DETAILED = ['EveningGlow', 'FallenLeaf', 'Path', 'OneStandsOut', 'ColorfulCups', 'Autumn', 'BytheWater', 'Kite'];
// Fog, dusk, and one without colour.
const PHOTOGRAPHS = [...DETAILED, 'Grey', 'ColdRipple', 'summer_1am', 'DarkestHour'];
// Large ones that somebody drew: hard edges, gradients, even areas.
const DRAWN = ['Flow', 'Honeywave', 'SafeLanding', 'Shell', 'Volna'];

const wallpaper = (name, size) => join(wallpapers, name, 'contents/images', `${size}.jpg`);
const opened = (name) => sharp(wallpaper(name, '2560x1600')).toColourspace('srgb');
const tiles = [];
for (const name of DETAILED) {
  tiles.push(await opened(name).raw().toBuffer());
}
for (const name of DETAILED) {
  tiles.push(await opened(name).flop().raw().toBuffer());
}

// Photographs side by side, the one at `first` in the corner.
function mosaic(columns, rows, first) {
  const width = columns * TILE.width;
  const height = rows * TILE.height;
  const pixels = Buffer.alloc(width * height * 3);
  for (let tile = 0; tile < columns * rows; tile += 1) {
    const from = tiles[(first + tile) % tiles.length];
    const left = (tile % columns) * TILE.width;
    const top = Math.floor(tile / columns) * TILE.height;
    for (let row = 0; row < TILE.height; row += 1) {
      const start = row * TILE.width * 3;
      from.copy(pixels, ((top + row) * width + left) * 3, start, start + TILE.width * 3);
    }
  }
  const raw = { width, height, channels: 3 };
  return {
    width,
    height,
    part: (left, top, wide, high) =>
      sharp(pixels, { raw, limitInputPixels: false }).extract({ left, top, width: wide, height: high }),
  };
}

function file(name, suffix) {
  mkdirSync(join(folder, name), { recursive: true });
  return join(folder, name, `photo.${suffix}`);
}

const jpeg = { quality: 85, chromaSubsampling: '4:2:0', mozjpeg: false, optimiseCoding: false };

const all = mosaic(4, 4, 0);
const photo12 = () => mosaic(2, 2, 0).part(560, 100, 4000, 3000);
const photo24 = () => mosaic(3, 3, 0).part(840, 400, 6000, 4000);
await photo12().jpeg(jpeg).toFile(file('jpeg-12', 'jpg'));
await photo24().jpeg(jpeg).toFile(file('jpeg-24', 'jpg'));
await all.part(0, 0, 8660, 5774).jpeg(jpeg).toFile(file('jpeg-50', 'jpg'));
await photo24().jpeg({ ...jpeg, progressive: true, optimiseCoding: true }).toFile(file('jpeg-24-progressive', 'jpg'));
await photo12().png().toFile(file('png-12-rgb', 'png'));
// Cut out with a soft edge, as pictures with transparency are.
const mask = Buffer.from(
  '<svg width="4000" height="3000"><radialGradient id="soft"><stop offset="0.9" stop-color="#fff"/>' +
    '<stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>' +
    '<ellipse cx="2000" cy="1500" rx="2000" ry="1500" fill="url(#soft)"/></svg>',
);
const opaque = await photo12().ensureAlpha().png({ compressionLevel: 0 }).toBuffer();
await sharp(opaque).composite([{ input: mask, blend: 'dest-in' }]).png().toFile(file('png-12-rgba', 'png'));
await photo12().webp({ quality: 80 }).toFile(file('webp-12', 'webp'));
await photo12().tiff({ compression: 'lzw', predictor: 'horizontal' }).toFile(file('tiff-12-lzw', 'tif'));
await opened('EveningGlow').gif({ effort: 3 }).toFile(file('gif-4', 'gif'));
await photo12().avif({ quality: 60, effort: 3 }).toFile(file('avif-12', 'avif'));

// A hundred of 2 to 6 megapixels, as they come out of cameras of some years and out of phones' messengers.
mkdirSync(join(folder, 'hundred'), { recursive: true });
for (let number = 0; number < 100; number += 1) {
  const pixels = 2e6 + (4e6 * number) / 99;
  const aspect = [4 / 3, 3 / 2, 3 / 4][number % 3];
  const width = Math.floor(Math.sqrt(pixels * aspect));
  const height = Math.floor(pixels / width);
  const left = (number * 733) % (all.width - width);
  const top = (number * 467) % (all.height - height);
  const name = `photo-${String(number).padStart(3, '0')}.jpg`;
  await all.part(left, top, width, height).jpeg(jpeg).toFile(join(folder, 'hundred', name));
}

// For fidelity: 2560, 4000, 5120 and 6000 wide, without a colour profile, whose handling is no matter here.
mkdirSync(join(folder, 'fidelity'), { recursive: true });
const fine = { ...jpeg, quality: 92 };
const fidelity = (name) => join(folder, 'fidelity', `${name}.jpg`);
for (const name of PHOTOGRAPHS) {
  await opened(name).jpeg(fine).toFile(fidelity(`photo-${name}`));
}
for (const name of DRAWN) {
  await sharp(wallpaper(name, '5120x2880')).toColourspace('srgb').jpeg(fine).toFile(fidelity(`drawn-${name}`));
}
for (let first = 0; first < 8; first += 1) {
  const [left, top] = [first * 160, 25 * first];
  await mosaic(2, 2, first * 2 + 1).part(left, top, 4000, 3000).jpeg(fine).toFile(fidelity(`phone-${first}`));
}
for (let first = 0; first < 3; first += 1) {
  await mosaic(3, 3, first * 5 + 1).part(first * 480, first * 200, 6000, 4000).jpeg(fine).toFile(fidelity(`camera-${first}`));
}
