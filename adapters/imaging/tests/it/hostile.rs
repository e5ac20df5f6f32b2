//! Bytes that were altered or cut never bring down more than their own picture.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use thumbgate_core::error::RenderError;
use thumbgate_core::format::OutputFormat;
use thumbgate_core::limits::Limits;

use crate::draw::{self, Picture};
use crate::{inside, render_within};

/// How many sources there are.
const SOURCES: usize = 16;

fn sources() -> &'static [Vec<u8>] {
    static HELD: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    HELD.get_or_init(|| {
        let scene = draw::scene(48, 40);
        let few = Picture::new(48, 40, |x, y| [(x % 5) as u8 * 50, (y % 5) as u8 * 50, 0, 255]);
        let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
        let mut sources = vec![
            draw::jpeg_of(&scene, 80, |encoder| {
                encoder.add_exif_metadata(&draw::exif(6)).unwrap();
                encoder.add_icc_profile(&profile).unwrap();
            }),
            draw::jpeg_of(&scene, 80, |encoder| encoder.set_progressive(true)),
            draw::png_with(&draw::png(&scene), b"eXIf", &draw::exif(3)),
            draw::webp(&scene),
            draw::webp_extended(&scene, 0x28, &[(b"ICCP", &profile)], &[(b"EXIF", &draw::exif(5))]),
            draw::gif(&few),
            draw::bmp(&scene),
            draw::tiff(&scene, 7),
        ];
        sources.extend(crate::tiff::kinds(&scene));
        sources
    })
}

/// Limits under which a hostile picture has room to show what it can.
fn limits(allow_truncated: bool) -> Limits {
    Limits { memory: 64 * 1024 * 1024, time_per_image: Duration::from_secs(5), allow_truncated, ..Limits::default() }
}

fn survives(content: &[u8], allow_truncated: bool) {
    let began = Instant::now();
    let small = [inside(16, 16, OutputFormat::Png)];
    let result = thumbgate_contract::run(render_within(content, &small, &limits(allow_truncated)));
    assert!(began.elapsed() < Duration::from_secs(10), "{result:?}");
    // A caught panic is not a failure of ours to survive, but every known one is to be looked at.
    if let Err(RenderError::Internal(text)) = &result {
        assert!(text.contains("panicked"), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn altered_bytes(
        nth in 0..SOURCES,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        allow_truncated: bool,
    ) {
        let mut content = sources()[nth].clone();
        for (at, value) in changes {
            let at = at.index(content.len());
            content[at] = value;
        }
        survives(&content, allow_truncated);
    }

    #[test]
    fn altered_headers(
        nth in 0..SOURCES,
        changes in proptest::collection::vec((0..120_usize, any::<u8>()), 1..6),
    ) {
        let mut content = sources()[nth].clone();
        for (at, value) in changes {
            content[at] = value;
        }
        survives(&content, false);
    }

    #[test]
    fn cut_and_spliced(
        nth in 0..SOURCES,
        cut: prop::sample::Index,
        other in 0..SOURCES,
        from: prop::sample::Index,
        splice: bool,
        allow_truncated: bool,
    ) {
        let content = &sources()[nth];
        let mut made = content[..cut.index(content.len())].to_vec();
        if splice {
            made.extend(&sources()[other][from.index(sources()[other].len())..]);
        }
        survives(&made, allow_truncated);
    }
}
