//! PNG files as uploads have them: with transparency, with a palette, and one that lies in wait.
//!
//! The engine writes thumbnails, never palettes or bombs, so the demo writes these itself.
//! Source: W3C, Portable Network Graphics (Third Edition).

use super::paint::Canvas;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
const PALETTE: u8 = 3;
const RGBA: u8 = 6;
const GREY: u8 = 0;
/// How hard the data is compressed, 0 to 10.
const LEVEL: u8 = 6;

/// A picture with transparency.
pub(super) fn transparent(canvas: &Canvas) -> Vec<u8> {
    let pixels: Vec<u8> = canvas.rgba().flatten().collect();
    let rows = rows(&pixels, usize::try_from(canvas.width).unwrap_or(0) * 4);
    file(canvas.width, canvas.height, (8, RGBA), None, &rows)
}

/// A picture of indices into a palette.
pub(super) fn indexed(width: u32, height: u32, palette: &[[u8; 3]], indices: &[u8]) -> Vec<u8> {
    let rows = rows(indices, usize::try_from(width).unwrap_or(0));
    file(width, height, (8, PALETTE), Some(palette.as_flattened()), &rows)
}

/// A decompression bomb: a small file whose pixels would fill gigabytes.
///
/// 20,000 x 20,000 pixels of one bit each; what is compressed is real, so a decoder that believed
/// the header would really make them.
pub(super) fn bomb() -> Vec<u8> {
    let side: u32 = 20_000;
    let row_bytes = usize::try_from(side.div_ceil(8)).unwrap_or(0) + 1;
    let data = vec![0; row_bytes * usize::try_from(side).unwrap_or(0)];
    file(side, side, (1, GREY), None, &data)
}

/// Every row behind a filter byte of 0 (none).
fn rows(pixels: &[u8], row_bytes: usize) -> Vec<u8> {
    let mut rows = Vec::with_capacity(pixels.len() + pixels.len() / row_bytes.max(1));
    for row in pixels.chunks(row_bytes.max(1)) {
        rows.push(0);
        rows.extend_from_slice(row);
    }
    rows
}

fn file(width: u32, height: u32, (depth, colour): (u8, u8), palette: Option<&[u8]>, rows: &[u8]) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([depth, colour, 0, 0, 0]);
    let mut file = SIGNATURE.to_vec();
    chunk(&mut file, *b"IHDR", &header);
    if let Some(palette) = palette {
        chunk(&mut file, *b"PLTE", palette);
    }
    chunk(&mut file, *b"IDAT", &miniz_oxide::deflate::compress_to_vec_zlib(rows, LEVEL));
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    let mut checked = kind.to_vec();
    checked.extend_from_slice(content);
    file.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
    file.extend_from_slice(&checked);
    file.extend(crc32fast::hash(&checked).to_be_bytes());
}
