//! The uploads beside their thumbnails, and those that were refused.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::Shown;
use super::escape;
use crate::report::{bytes_shown, failure};

/// An upload that was made, with its thumbnails.
pub(super) fn made(html: &mut String, row: &Shown) {
    let _ = writeln!(html, "<article>");
    source(html, row);
    let _ = writeln!(html, "<div class=\"thumbnails\">");
    for (stored, content) in row.outcome.renditions.iter().zip(&row.thumbnails) {
        let name = escape(stored.key.as_str());
        let media = if name.ends_with(".webp") { "image/webp" } else { "image/jpeg" };
        let _ = writeln!(
            html,
            "<figure><img src=\"data:{media};base64,{}\" width=\"{}\" height=\"{}\" alt=\"{} of {}\">\
             <figcaption><b>{}</b> {} <span>{}</span></figcaption></figure>",
            STANDARD.encode(content),
            stored.size.width(),
            stored.size.height(),
            escape(stored.name.as_str()),
            escape(row.upload.name),
            escape(stored.name.as_str()),
            stored.size,
            bytes_shown(u64::try_from(content.len()).unwrap_or(u64::MAX)),
        );
    }
    let _ = writeln!(html, "</div>\n</article>");
}

/// An upload that was refused, with the reason.
pub(super) fn refused(html: &mut String, row: &Shown) {
    let _ = writeln!(html, "<article class=\"refused\">");
    source(html, row);
    if let Some(failure) = failure(&row.outcome) {
        let _ =
            writeln!(html, "<p class=\"reason\"><b>{}</b> {}</p>", failure.kind().as_str(), escape(failure.message()));
    }
    let _ = writeln!(html, "</article>");
}

/// The upload itself, as a browser shows it, or a plate where it cannot.
fn source(html: &mut String, row: &Shown) {
    let upload = &row.upload;
    let size = bytes_shown(u64::try_from(upload.content.len()).unwrap_or(u64::MAX));
    let _ = write!(html, "<figure class=\"source\">");
    match &upload.shown {
        Some((media, content)) => {
            let content = STANDARD.encode(content);
            let _ = write!(html, "<img src=\"data:{media};base64,{content}\" alt=\"{}\">", escape(upload.about));
        }
        None => {
            let _ = write!(html, "<div class=\"plate\" role=\"img\" aria-label=\"no picture\">not shown</div>");
        }
    }
    let _ = writeln!(
        html,
        "<figcaption><b>{}</b> {} <span>{size}</span></figcaption></figure>",
        escape(upload.name),
        escape(upload.about)
    );
}
