//! JPEG, through `zune-jpeg` on the whole source in memory (but see `scans`).
//!
//! The decoder's strict mode is what tells a picture that ends early from a whole one: in its
//! lenient mode it paints the rest grey and succeeds. A strict failure of a source that has its
//! end marker is damage inside, which other decoders show, so it is decoded leniently then.
//!
//! Bytes do not depend on the machine: vector and scalar paths of the inverse DCT, upsampling and
//! colour conversion were compared over random pictures of all samplings and agree.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::Size;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use super::{Decoded, Job, Profile, markers, scans};
use crate::body::Body;
use crate::error::{internal, malformed, over_limit, truncated, unsupported};
use crate::pixels::{Layout, Pixels};
use crate::samples::narrow;
use crate::watch::Watch;

/// The most scans of one picture. Encoders write about ten; each one may cost a pass over all
/// coefficients, so a file of nothing but scans costs hours (libjpeg-turbo's "scan bomb").
const SCANS_MAX: usize = 100;

/// The most pixels that all scans may pass over together.
const SCANNED_PIXELS_MAX: u64 = 4_000_000_000;

/// The decoder's own words for bytes that end before the last row.
const EXHAUSTED: &str = "Premature end of buffer";

/// How often the reader asks whether to go on, in bytes.
const CHECK_EVERY: usize = 64 * 1024;

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Decoded, RenderError> {
    let mut source = body.collect(job.length)?;
    let walk = markers::walk(&source);
    check_scans(walk.scans, job.header.info.stored)?;
    let ended = walk.end.is_some();
    if let Some(end) = walk.end {
        // No decoder has any business behind the end, so none sees a scan that was not counted.
        source.truncate(end + 2);
    }
    job.watch.check()?;
    let is_interleaved = !job.header.info.progressive && job.header.jpeg.is_some_and(|it| !it.is_in_separate_scans);
    let strict = match walk.end {
        Some(end) if is_interleaved => without_end(&mut source, end, &job),
        _ => attempt(&source, &job, true),
    };
    job.watch.check()?;
    let (data, is_truncated) = match strict {
        Ok(data) => (data, false),
        Err(Failure::Final(error)) => return Err(error),
        Err(Failure::Exhausted) if job.limits.allow_truncated => match attempt(&source, &job, false) {
            Ok(data) => (data, true),
            Err(failure) => return Err(failure.into_error()),
        },
        Err(Failure::Exhausted) => return Err(truncated("the JPEG's pixels end before its last row")),
        Err(Failure::Damage(_)) if ended => match attempt(&source, &job, false) {
            Ok(data) => (data, false),
            Err(failure) => return Err(failure.into_error()),
        },
        Err(Failure::Damage(_)) if job.limits.allow_truncated => match attempt(&source, &job, false) {
            Ok(data) => (data, true),
            // Not even its tables are there.
            Err(failure) => return Err(truncated(format!("the JPEG ends early ({})", failure.text()))),
        },
        Err(Failure::Damage(text)) => return Err(truncated(format!("the JPEG ends early ({text})"))),
    };
    job.watch.check()?;
    let frame = job.header.jpeg.ok_or_else(|| internal("a JPEG without its frame"))?;
    let layout = match frame.components {
        1 => Layout::Grey,
        3 => Layout::Rgb,
        _ => Layout::Cmyk,
    };
    let mut pixels = Pixels::new(job.header.info.stored, layout, data)?;
    if layout == Layout::Cmyk {
        inks(pixels.data_mut(), frame.adobe);
    }
    Ok(Decoded { pixels, profile: Profile::embedded(job.header.profile), truncated: is_truncated })
}

/// Why an attempt failed.
enum Failure {
    /// It would fail again.
    Final(RenderError),
    /// The entropy-coded data is damaged or ends early.
    Damage(String),
    /// It ends early, and an end marker stands there.
    Exhausted,
}

impl Failure {
    fn text(&self) -> String {
        match self {
            Self::Final(error) => error.to_string(),
            Self::Damage(text) => text.clone(),
            Self::Exhausted => EXHAUSTED.to_owned(),
        }
    }

    fn into_error(self) -> RenderError {
        match self {
            Self::Final(error) => error,
            Self::Damage(text) => malformed(format!("JPEG: {text}")),
            Self::Exhausted => truncated(format!("JPEG: {EXHAUSTED}")),
        }
    }
}

/// A strict attempt that tells whether rows are missing before the end marker.
///
/// The decoder takes the marker for zeros without an end, and paints missing rows with them. Without
/// it the decoder says where the bytes end; a few zeros keep it from saying so of the last row,
/// which it reads ahead of.
fn without_end(source: &mut Vec<u8>, end: usize, job: &Job<'_>) -> Result<Vec<u8>, Failure> {
    source.truncate(end);
    source.extend_from_slice(&[0; 16]);
    let attempted = attempt(source, job, true);
    source.truncate(end);
    source.extend_from_slice(&[0xff, 0xd9]);
    match attempted {
        Err(Failure::Damage(text)) if text.contains(EXHAUSTED) => Err(Failure::Exhausted),
        Err(Failure::Damage(_)) => attempt(source, job, true),
        other => other,
    }
}

fn attempt(source: &[u8], job: &Job<'_>, strict: bool) -> Result<Vec<u8>, Failure> {
    let frame = job.header.jpeg;
    // Leniently too: what the other decoder would make of it is grey, not a part of the picture.
    if let Some(frame) = frame.filter(|frame| frame.is_in_separate_scans) {
        let memory = usize::try_from(job.limits.memory).unwrap_or(usize::MAX);
        let reader = Watched { source, at: 0, next_check: CHECK_EVERY, watch: job.watch };
        return scans::decode(reader, frame.components, memory).map_err(|failure| match failure {
            scans::Failure::Final(error) => Failure::Final(error),
            scans::Failure::Damage(text) => Failure::Damage(text),
        });
    }
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .set_strict_mode(strict)
        .jpeg_set_max_scans(SCANS_MAX);
    let reader = Watched { source, at: 0, next_check: CHECK_EVERY, watch: job.watch };
    let mut decoder = JpegDecoder::new_with_options(reader, options);
    decoder.decode_headers().map_err(failure)?;
    let stored = decoder.input_colorspace().unwrap_or(ColorSpace::YCbCr);
    let wanted = match (stored.num_components(), stored) {
        (1, _) => ColorSpace::Luma,
        (4, stored) => stored,
        _ => ColorSpace::RGB,
    };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    decoder.decode().map_err(failure)
}

fn failure(error: DecodeErrors) -> Failure {
    match error {
        DecodeErrors::Unsupported(what) => Failure::Final(unsupported(format!("JPEG: {what:?}"))),
        DecodeErrors::ExhaustedData => Failure::Damage(EXHAUSTED.to_owned()),
        other => Failure::Damage(other.to_string()),
    }
}

/// Four stored components as inks, 0 for none.
///
/// Adobe's files hold inks inverted, others as they are. YCCK is made of the inverted ones, inverted
/// once more as red, green and blue: what `YCbCr` leads back to are the inks (Adobe technical note
/// 5116, "Supporting the DCT Filters in PostScript Level 2", section 18).
fn inks(data: &mut [u8], adobe: Option<u8>) {
    let (pixels, _) = data.as_chunks_mut::<4>();
    for pixel in pixels {
        *pixel = match (adobe, *pixel) {
            (Some(2), [luma, blue, red, key]) => {
                let [cyan, magenta, yellow] = rgb(luma, blue, red);
                [cyan, magenta, yellow, 255 - key]
            }
            (Some(_), inverted) => inverted.map(|ink| 255 - ink),
            (None, inks) => inks,
        };
    }
}

/// `YCbCr` to RGB (JFIF 1.02), in 16 bits of fraction.
pub(super) fn rgb(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let luma = i32::from(luma) << 16;
    let (blue, red) = (i32::from(blue) - 128, i32::from(red) - 128);
    let sample = |value: i32| narrow(u32::try_from((value + 32_768) >> 16).unwrap_or(0));
    [sample(luma + 91_881 * red), sample(luma - 22_554 * blue - 46_802 * red), sample(luma + 116_130 * blue)]
}

/// Refuses more scans than a picture has use for.
fn check_scans(scans: usize, size: Size) -> Result<(), RenderError> {
    let passed = size.pixels().saturating_mul(u64::try_from(scans).unwrap_or(u64::MAX));
    if scans > SCANS_MAX || passed > SCANNED_PIXELS_MAX {
        return Err(over_limit(format!("a JPEG of {size} in {scans} scans")));
    }
    Ok(())
}

/// The source in memory, which seems to end when the work is to stop.
struct Watched<'a> {
    source: &'a [u8],
    at: usize,
    next_check: usize,
    watch: &'a Watch,
}

impl Watched<'_> {
    fn rest(&self) -> &[u8] {
        self.source.get(self.at..).unwrap_or_default()
    }

    #[cold]
    fn check(&mut self) {
        self.next_check = self.at + CHECK_EVERY;
        if self.watch.check().is_err() {
            self.source = &[];
        }
    }
}

impl Read for Watched<'_> {
    #[inline]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.rest().read(buffer)?;
        self.at += count;
        if self.at >= self.next_check {
            self.check();
        }
        Ok(count)
    }
}

impl BufRead for Watched<'_> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(self.rest())
    }

    #[inline]
    fn consume(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.source.len());
    }
}

impl Seek for Watched<'_> {
    #[inline]
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, offset) = match to {
            SeekFrom::Start(at) => (0, i64::try_from(at).unwrap_or(i64::MAX)),
            SeekFrom::Current(offset) => (self.at, offset),
            SeekFrom::End(offset) => (self.source.len(), offset),
        };
        let to = isize::try_from(offset).ok().and_then(|offset| base.checked_add_signed(offset));
        self.at = to.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(u64::try_from(self.at).unwrap_or(u64::MAX))
    }
}
