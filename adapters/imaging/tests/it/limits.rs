//! Limits hold, from the header on, and nobody works for somebody who has left.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt as _;
use thumbgate_core::error::RenderError;
use thumbgate_core::format::OutputFormat;
use thumbgate_core::limits::Limits;
use thumbgate_core::plan::Plan;
use thumbgate_core::port::{ObjectBody, Renderer as _};
use thumbgate_core::shrink::Shrink;
use thumbgate_imaging::Imaging;

use crate::{body, draw, inside, pixels, render, render_within};

fn refused(content: &[u8], limits: &Limits, word: &str) {
    let small = [inside(32, 32, OutputFormat::Png)];
    match thumbgate_contract::run(render_within(content, &small, limits)) {
        Err(RenderError::Limit(text)) => assert!(text.contains(word), "{text}"),
        other => panic!("{word}: {other:?}"),
    }
}

#[test]
fn sizes_are_refused_from_the_header() {
    let defaults = Limits::default();
    let mut gif = b"GIF89a".to_vec();
    gif.extend([0xff, 0xff, 0xff, 0xff, 0, 0, 0]);
    let mut webp = draw::webp_extended(&draw::scene(8, 8), 0, &[], &[]);
    webp[24..30].fill(0xff);
    let mut bmp = draw::bmp(&draw::scene(8, 8));
    bmp[18..26].copy_from_slice(&[0, 0, 1, 0, 0, 0, 1, 0]);
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend([0, 1, 4, 0, 1, 0, 0, 0, 0, 0, 1, 0]);
    tiff.extend([1, 1, 4, 0, 1, 0, 0, 0, 0, 0, 1, 0]);
    tiff.extend([0; 4]);
    for content in [&gif, &webp, &bmp, &tiff] {
        refused(content, &defaults, "source_megapixels");
    }
}

#[test]
fn bytes_are_counted_as_said_and_as_read() {
    let content = draw::png(&draw::noise(100, 100));
    let limits = Limits { source_bytes: content.len() as u64 - 1, ..Limits::default() };
    refused(&content, &limits, "source_bytes");
    // A body that is longer than it said.
    for content in [content, draw::jpeg(&draw::noise(200, 200))] {
        let limits = Limits { source_bytes: 20_000, ..Limits::default() };
        let mut lying = body(&content);
        lying.meta.size = 100;
        let result = thumbgate_contract::run(async {
            let picture = Imaging::new().open(lying, &limits).await?;
            let plan = Plan::new(picture.info(), &[inside(32, 32, OutputFormat::Png)], &limits)?;
            picture.render(&plan).await
        });
        assert!(matches!(&result, Err(RenderError::Limit(text)) if text.contains("source_bytes")), "{result:?}");
    }
}

#[test]
fn metadata_is_bounded() {
    let limits = Limits { metadata_bytes: 50_000, ..Limits::default() };
    let scene = draw::scene(20, 20);
    let jpeg = draw::jpeg_of(&scene, 90, |encoder| {
        encoder.add_app_segment(5, vec![0; 60_000]).unwrap();
    });
    let png = draw::png_with(&draw::png(&scene), b"prIv", &[0; 60_000]);
    let webp = draw::webp_extended(&scene, 0x08, &[], &[(b"EXIF", &[0; 60_000])]);
    for content in [jpeg, png, webp] {
        refused(&content, &limits, "metadata_bytes");
    }
}

#[test]
fn a_compressed_profile_may_not_swell() {
    let content = draw::png_of(4, 4, png::ColorType::Rgb, png::BitDepth::Eight, &[0; 48], |info| {
        info.icc_profile = Some(vec![0; 40_000_000].into());
    });
    assert!(content.len() < 200_000);
    let small = [inside(32, 32, OutputFormat::Png)];
    let result = thumbgate_contract::run(render_within(&content, &small, &Limits::default()));
    // Refused, or rendered without it.
    assert!(matches!(result, Ok(_) | Err(RenderError::Limit(_) | RenderError::Malformed(_))), "{result:?}");
}

#[test]
fn a_thousand_scans_are_too_many() {
    let content = draw::jpeg_of(&draw::scene(64, 64), 90, |encoder| encoder.set_progressive(true));
    let scans: Vec<usize> = (0..content.len()).filter(|at| content[*at..].starts_with(&[0xff, 0xda])).collect();
    let bomb = [&content[..scans[0]], &content[scans[0]..scans[1]].repeat(1000), &content[scans[1]..]].concat();
    refused(&bomb, &Limits::default(), "scans");
}

#[test]
fn what_is_no_scan_is_not_counted() {
    let scene = draw::scene(64, 64);
    let (_, expected) = pixels(&draw::jpeg(&scene));
    // A film behind the picture, as phones append it.
    let mut state = 1_u32;
    let film = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()
    });
    let film: Vec<u8> = film.take(10_000_000 / 4).flatten().collect();
    assert!(film.windows(2).filter(|pair| *pair == [0xff, 0xda]).count() > 100);
    assert!(pixels(&[&draw::jpeg(&scene)[..], &film].concat()).1 == expected, "film");
    let segment = draw::jpeg_of(&scene, 92, |encoder| {
        encoder.add_app_segment(7, b"\xff\xda\xff\xd9".repeat(200)).unwrap();
    });
    assert!(pixels(&segment).1 == expected, "segment");
    // The end of what is in a segment, or behind the picture, is not the picture's.
    let scan = segment.windows(2).rposition(|pair| pair == [0xff, 0xda]).unwrap();
    let small = [inside(16, 16, OutputFormat::Png)];
    let result = render(&segment[..scan + 200], &small);
    assert!(matches!(result, Err(RenderError::Truncated(_))), "{result:?}");
}

/// A GIF of one pixel that begins with an empty frame, and goes on with one of this size.
fn gif_after_nothing(width: u16, height: u16, interlaced: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, 1, 1, &[10, 20, 30, 0, 0, 0]).unwrap();
    let mut frame = gif::Frame { width, height, interlaced, ..gif::Frame::default() };
    frame.buffer = vec![0; usize::from(width) * usize::from(height)].into();
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    let size = width.to_le_bytes();
    let frame_at = bytes.windows(7).position(|at| *at == [0x2c, 0, 0, 0, 0, size[0], size[1]]).unwrap();
    bytes.splice(frame_at..frame_at, *b"\x2c\0\0\0\0\0\0\0\0\0\x02\x02\x4c\x01\0");
    bytes
}

#[test]
fn a_frame_takes_no_more_than_its_canvas() {
    for interlaced in [false, true] {
        let (info, picture) = pixels(&gif_after_nothing(300, 200, interlaced));
        assert_eq!((picture.width, picture.height, picture.pixels[0]), (1, 1, [10, 20, 30, 255]));
        assert!(info.decode_bytes.at(Shrink::One) < 2_000_000);
    }
    // Rows that are beyond the canvas are never waited for, and no room is made for them.
    let mut tall = gif_after_nothing(300, 200, false);
    let frame_at = tall.windows(4).position(|at| at == [0x2c, 0, 0, 0]).unwrap() + 15;
    tall[frame_at + 7..frame_at + 9].fill(0xff);
    assert_eq!(pixels(&tall).1.pixels, [[10, 20, 30, 255]]);
}

#[test]
fn headers_of_millions_of_parts_are_refused_at_once() {
    let limits = Limits::default();
    let count = 6_000_000;
    let jpeg = [b"\xff\xd8".to_vec(), b"\xff\xfe\0\x02".repeat(count)].concat();
    let gif = [b"GIF89a\x01\0\x01\0\0\0\0".to_vec(), b"\x21\xfe\x01a\0".repeat(count)].concat();
    let long = [b"GIF89a\x01\0\x01\0\0\0\0\x21\xfe".to_vec(), b"\x01a".repeat(40_000_000)].concat();
    let chunks = b"JUNK\0\0\0\0".repeat(count);
    let mut webp = draw::webp_extended(&draw::scene(8, 8), 0x08, &[], &[]);
    webp.splice(30..30, chunks.iter().copied());
    for (name, content) in [("jpeg", jpeg), ("gif", gif), ("long", long), ("webp", webp)] {
        let ObjectBody { meta, bytes } = body(&content);
        let read = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&read);
        let counted = bytes.inspect(move |part| {
            let length = part.as_ref().map_or(0, Bytes::len);
            counter.fetch_add(length, Ordering::Relaxed);
        });
        let began = Instant::now();
        let counted = ObjectBody { meta, bytes: Box::pin(counted) };
        let result = thumbgate_contract::run(async { Imaging::new().open(counted, &limits).await.map(|_| ()) });
        let took = began.elapsed();
        assert!(matches!(result, Err(RenderError::Limit(_) | RenderError::Malformed(_))), "{name}: {result:?}");
        // Generous, for a slow build on a busy machine: it took minutes when every part was a try.
        assert!(took < Duration::from_secs(3), "{name}: {took:?}");
        let read = read.load(Ordering::Relaxed);
        assert!(read < 48 * 1024 * 1024, "{name}: {read} bytes");
    }
}

#[test]
fn time_is_bounded() {
    let limits = Limits { time_per_image: Duration::from_millis(1), ..Limits::default() };
    for content in [draw::jpeg(&draw::noise(2000, 1500)), draw::png(&draw::noise(2000, 1500))] {
        let small = [inside(32, 32, OutputFormat::Png)];
        let result = thumbgate_contract::run(render_within(&content, &small, &limits));
        assert!(matches!(result, Err(RenderError::Timeout)), "{result:?}");
    }
}

#[test]
fn waiting_for_the_body_is_not_the_pictures_time() {
    let content = draw::png(&draw::scene(60, 60));
    let limits = Limits { time_per_image: Duration::from_millis(400), ..Limits::default() };
    let ObjectBody { meta, .. } = body(&content);
    let parts: Vec<_> = content.chunks(content.len() / 4).map(Bytes::copy_from_slice).collect();
    let slow = futures_util::stream::iter(parts).then(|part| async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        Ok(part)
    });
    thumbgate_contract::run(async {
        let picture = Imaging::new().open(ObjectBody { meta, bytes: Box::pin(slow) }, &limits).await.unwrap();
        let plan = Plan::new(picture.info(), &[inside(32, 32, OutputFormat::Png)], &limits).unwrap();
        picture.render(&plan).await.unwrap();
    });
}

#[test]
fn a_picture_says_what_it_will_take() {
    let limits = Limits { memory: 2_000_000, ..Limits::default() };
    for content in [
        draw::webp(&draw::scene(1000, 1000)),
        draw::bmp(&draw::scene(1000, 1000)),
        draw::tiff(&draw::scene(1000, 1000), 1),
    ] {
        refused(&content, &limits, "limits.memory");
    }
}

#[test]
fn rows_that_stream_take_the_same_however_many_they_are() {
    let taken = |content: &[u8]| {
        let picture = thumbgate_contract::run(Imaging::new().open(body(content), &Limits::default())).unwrap();
        picture.info().decode_bytes
    };
    for draw in [draw::png, draw::jpeg] {
        assert_eq!(taken(&draw(&draw::scene(300, 60))), taken(&draw(&draw::scene(300, 2000))));
    }
    // Coefficients are held of what comes in several passes: of an eighth, one in 64.
    let progressive = taken(&draw::jpeg_of(&draw::scene(1600, 1600), 90, |encoder| encoder.set_progressive(true)));
    assert!(progressive.at(Shrink::One) > 12_000_000 && progressive.at(Shrink::Eight) < 1_000_000, "{progressive:?}");
}

#[test]
fn what_a_webp_says_of_its_length_is_counted_where_it_may_end_early() {
    let mut content = draw::webp_lossy(&draw::scene(100, 100));
    content[4..8].copy_from_slice(&100_000_000_u32.to_le_bytes());
    let limits = Limits { memory: 50_000_000, allow_truncated: true, ..Limits::default() };
    refused(&content, &limits, "limits.memory");
}
