//! The contract of the renderer port, on a format that is read whole and one that streams.

use std::sync::Arc;

use thumbgate_contract::renderer::RendererFixture;
use thumbgate_core::geometry::Size;
use thumbgate_imaging::Imaging;

use crate::draw;

fn fixture(picture: Vec<u8>, oversized_header: Vec<u8>) -> RendererFixture {
    assert!(picture.len() > 64 * 1024, "{} bytes", picture.len());
    RendererFixture {
        renderer: Arc::new(Imaging::new()),
        picture,
        size: Size::new(600, 400).unwrap(),
        junk: b"This is a text, and what it tells is no picture.\n".repeat(4),
        oversized_header,
    }
}

mod jpeg {
    use super::{RendererFixture, draw, fixture};

    async fn jpeg() -> RendererFixture {
        let picture = draw::noise(600, 400);
        let mut header = draw::jpeg(&draw::scene(8, 8));
        let frame = header.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        header[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
        fixture(draw::jpeg(&picture), header)
    }

    thumbgate_contract::renderer_contract!(jpeg);
}

mod png {
    use super::{RendererFixture, draw, fixture};

    async fn png() -> RendererFixture {
        let mut header = draw::png(&draw::scene(8, 8));
        header[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        fixture(draw::png(&draw::noise(600, 400)), header)
    }

    thumbgate_contract::renderer_contract!(png);
}
