//! Sources, drawn and encoded in code.

use std::io::Cursor;

/// A picture of RGBA pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<[u8; 4]>,
}

impl Picture {
    pub(crate) fn new(width: u32, height: u32, at: impl Fn(u32, u32) -> [u8; 4]) -> Self {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect();
        Self { width, height, pixels }
    }

    pub(crate) fn rgb(&self) -> Vec<u8> {
        self.pixels.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect()
    }

    pub(crate) fn rgba(&self) -> Vec<u8> {
        self.pixels.as_flattened().to_vec()
    }

    /// The mean colour of the part of a fifth around a point given in fifths.
    pub(crate) fn mean(&self, fifth_x: u32, fifth_y: u32) -> [i32; 4] {
        let (left, top) = (self.width * fifth_x / 5, self.height * fifth_y / 5);
        let (width, height) = ((self.width / 5).max(1), (self.height / 5).max(1));
        let mut sums = [0_i32; 4];
        for y in top..top + height {
            for x in left..left + width {
                let pixel = self.pixels[(y * self.width + x) as usize];
                for (sum, sample) in sums.iter_mut().zip(pixel) {
                    *sum += i32::from(sample);
                }
            }
        }
        sums.map(|sum| sum / (width * height).cast_signed())
    }

    /// The largest difference of any sample.
    pub(crate) fn difference(&self, other: &Self) -> u8 {
        assert_eq!((self.width, self.height), (other.width, other.height));
        let pairs = self.pixels.as_flattened().iter().zip(other.pixels.as_flattened());
        pairs.map(|(one, two)| one.abs_diff(*two)).max().unwrap()
    }
}

/// Four quarters of four colours over a gradient: no two corners are alike.
pub(crate) fn scene(width: u32, height: u32) -> Picture {
    Picture::new(width, height, |x, y| {
        let shade = (x * 64 / width + y * 32 / height) as u8;
        match (x < width / 2, y < height / 2) {
            (true, true) => [200 + shade / 2, shade, shade, 255],
            (false, true) => [shade, 190, shade, 255],
            (true, false) => [shade, shade, 180 + shade / 2, 255],
            (false, false) => [220, 220, shade, 255],
        }
    })
}

/// Noise over the scene, so that no format makes it small.
pub(crate) fn noise(width: u32, height: u32) -> Picture {
    let mut picture = scene(width, height);
    let mut state = 0x1234_5678_u32;
    for sample in picture.pixels.iter_mut().flat_map(|pixel| &mut pixel[..3]) {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = sample.wrapping_add((state >> 24) as u8 / 4);
    }
    picture
}

pub(crate) fn jpeg(picture: &Picture) -> Vec<u8> {
    jpeg_of(picture, 92, |_| {})
}

pub(crate) fn jpeg_of(
    picture: &Picture,
    quality: u8,
    set: impl FnOnce(&mut jpeg_encoder::Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    set(&mut encoder);
    let (width, height) = (picture.width as u16, picture.height as u16);
    encoder.encode(&picture.rgb(), width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    bytes
}

pub(crate) fn png(picture: &Picture) -> Vec<u8> {
    png_of(picture.width, picture.height, png::ColorType::Rgba, png::BitDepth::Eight, &picture.rgba(), |_| {})
}

pub(crate) fn png_of(
    width: u32,
    height: u32,
    colour: png::ColorType,
    depth: png::BitDepth,
    data: &[u8],
    set: impl FnOnce(&mut png::Info<'_>),
) -> Vec<u8> {
    let mut info = png::Info::with_size(width, height);
    info.color_type = colour;
    info.bit_depth = depth;
    set(&mut info);
    let mut bytes = Vec::new();
    let mut writer = png::Encoder::with_info(&mut bytes, info).unwrap().write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    bytes
}

pub(crate) fn decode_png(bytes: &[u8]) -> Picture {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::ALPHA | png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut data).unwrap();
    let pixels = match info.color_type {
        png::ColorType::Rgba => data.as_chunks::<4>().0.to_vec(),
        png::ColorType::GrayscaleAlpha => {
            data.as_chunks::<2>().0.iter().map(|[grey, alpha]| [*grey, *grey, *grey, *alpha]).collect()
        }
        other => panic!("{other:?}"),
    };
    Picture { width: info.width, height: info.height, pixels }
}

pub(crate) fn webp(picture: &Picture) -> Vec<u8> {
    let data = picture.rgba();
    webp::Encoder::from_rgba(&data, picture.width, picture.height).encode_lossless().to_vec()
}

pub(crate) fn webp_lossy(picture: &Picture) -> Vec<u8> {
    webp::Encoder::from_rgb(&picture.rgb(), picture.width, picture.height).encode(90.0).to_vec()
}

/// A WebP with chunks around its picture: `VP8X` with these flags, then those before it and after.
pub(crate) fn webp_extended(
    picture: &Picture,
    flags: u8,
    before: &[(&[u8; 4], &[u8])],
    after: &[(&[u8; 4], &[u8])],
) -> Vec<u8> {
    let plain = webp_lossy(picture);
    let mut head = vec![flags, 0, 0, 0];
    head.extend(&(picture.width - 1).to_le_bytes()[..3]);
    head.extend(&(picture.height - 1).to_le_bytes()[..3]);
    let mut chunks = riff_chunk(b"VP8X", &head);
    for (kind, content) in before {
        chunks.extend(riff_chunk(kind, content));
    }
    chunks.extend(&plain[12..]);
    for (kind, content) in after {
        chunks.extend(riff_chunk(kind, content));
    }
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((chunks.len() as u32 + 4).to_le_bytes());
    bytes.extend(b"WEBP");
    bytes.extend(chunks);
    bytes
}

fn riff_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = kind.to_vec();
    chunk.extend((content.len() as u32).to_le_bytes());
    chunk.extend(content);
    if content.len() % 2 == 1 {
        chunk.push(0);
    }
    chunk
}

/// A GIF of up to 255 colours; index 255 is transparent where `transparent` says so.
pub(crate) fn gif(picture: &Picture) -> Vec<u8> {
    gif_on(picture, (picture.width as u16, picture.height as u16), (0, 0))
}

/// A GIF whose frame lies somewhere on a canvas.
pub(crate) fn gif_on(picture: &Picture, canvas: (u16, u16), at: (u16, u16)) -> Vec<u8> {
    let mut palette = Vec::new();
    let mut indices = Vec::new();
    let mut transparent = None;
    for pixel in &picture.pixels {
        let colour = if pixel[3] == 0 { [1, 2, 3] } else { pixel[..3].try_into().unwrap() };
        let index = palette.iter().position(|known| *known == colour).unwrap_or_else(|| {
            palette.push(colour);
            palette.len() - 1
        });
        if pixel[3] == 0 {
            transparent = Some(index as u8);
        }
        indices.push(index as u8);
    }
    assert!(palette.len() <= 256, "{} colours", palette.len());
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, canvas.0, canvas.1, &[]).unwrap();
    let mut frame = gif::Frame {
        width: picture.width as u16,
        height: picture.height as u16,
        left: at.0,
        top: at.1,
        transparent,
        palette: Some(palette.concat()),
        buffer: indices.into(),
        ..gif::Frame::default()
    };
    encoder.write_frame(&frame).unwrap();
    // A second frame, which nobody should see.
    frame.buffer = vec![0; frame.buffer.len()].into();
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    bytes
}

/// A BMP of 24 bits.
pub(crate) fn bmp(picture: &Picture) -> Vec<u8> {
    let row = (picture.width as usize * 3).next_multiple_of(4);
    let mut bytes = b"BM".to_vec();
    bytes.extend((54 + row as u32 * picture.height).to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(54_u32.to_le_bytes());
    bytes.extend(40_u32.to_le_bytes());
    bytes.extend(picture.width.to_le_bytes());
    bytes.extend(picture.height.to_le_bytes());
    bytes.extend([1, 0, 24, 0]);
    bytes.extend([0; 24]);
    for pixels in picture.pixels.chunks_exact(picture.width as usize).rev() {
        let start = bytes.len();
        bytes.extend(pixels.iter().flat_map(|[red, green, blue, _]| [*blue, *green, *red]));
        bytes.resize(start + row, 0);
    }
    bytes
}

/// A TIFF of 8-bit RGB with this orientation.
pub(crate) fn tiff(picture: &Picture, orientation: u16) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut bytes).unwrap();
    let mut image = encoder.new_image::<tiff::encoder::colortype::RGB8>(picture.width, picture.height).unwrap();
    image.encoder().write_tag(tiff::tags::Tag::Orientation, orientation).unwrap();
    image.write_data(&picture.rgb()).unwrap();
    bytes.into_inner()
}

/// An EXIF block: orientation, and a GPS directory with a position.
pub(crate) fn exif(orientation: u16) -> Vec<u8> {
    let mut block = b"MM\0*\0\0\0\x08".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let mut entry = tag.to_be_bytes().to_vec();
        entry.extend(kind.to_be_bytes());
        entry.extend(count.to_be_bytes());
        entry.extend(value);
        entry
    };
    let [high, low] = orientation.to_be_bytes();
    block.extend([0, 3]);
    block.extend(entry(0x010f, 2, 4, *b"CAM\0"));
    block.extend(entry(0x0112, 3, 1, [high, low, 0, 0]));
    block.extend(entry(0x8825, 4, 1, 50_u32.to_be_bytes()));
    block.extend([0; 4]);
    assert_eq!(block.len(), 50);
    block.extend([0, 2]);
    block.extend(entry(1, 2, 2, *b"N\0\0\0"));
    block.extend(entry(2, 5, 3, 80_u32.to_be_bytes()));
    block.extend([0; 4]);
    for number in [48_u32, 1, 51, 1, 123_456, 10_000] {
        block.extend(number.to_be_bytes());
    }
    block.extend(b"GPSMARK 48.8534N");
    block
}

/// A PNG with one more chunk right behind its header.
pub(crate) fn png_with(png: &[u8], kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = png[..33].to_vec();
    bytes.extend((content.len() as u32).to_be_bytes());
    let named = [&kind[..], content].concat();
    bytes.extend(&named);
    bytes.extend(crc(&named).to_be_bytes());
    bytes.extend(&png[33..]);
    bytes
}

/// CRC-32 of PNG (PNG specification, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
