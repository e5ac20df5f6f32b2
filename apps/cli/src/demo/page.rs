//! The page that shows every source beside its thumbnails: one file, nothing loaded from anywhere.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thumbgate_core::error::Disposition;

use super::Shown;
use crate::report::{bytes_shown, failure};

const STYLE: &str = include_str!("page.css");

/// The page's HTML.
pub(super) fn render(rows: &[Shown]) -> String {
    let (made, refused): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.outcome.disposition() == Disposition::Done);
    let thumbnails: usize = made.iter().map(|row| row.outcome.renditions.len()).sum();
    let mut html = String::new();
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>thumbgate demo</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <h1>thumbgate demo</h1>\n\
         <p>{} files were uploaded to <code>memory://uploads</code>; {} became {thumbnails} thumbnails, \
         {} were refused. It is the pipeline that <code>thumbgate batch</code> runs.</p>\n</header>\n<main>\n",
        rows.len(),
        made.len(),
        refused.len(),
    );
    html.push_str("<h2>Made</h2>\n");
    made.iter().for_each(|row| made_card(&mut html, row));
    html.push_str("<h2>Refused, and why</h2>\n<div class=\"refusals\">\n");
    refused.iter().for_each(|row| refused_card(&mut html, row));
    html.push_str("</div>\n</main>\n</body>\n</html>\n");
    html
}

fn made_card(html: &mut String, row: &Shown) {
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
            escape(row.upload.key),
            escape(stored.name.as_str()),
            stored.size,
            bytes_shown(u64::try_from(content.len()).unwrap_or(u64::MAX)),
        );
    }
    let _ = writeln!(html, "</div>\n</article>");
}

fn refused_card(html: &mut String, row: &Shown) {
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
        escape(upload.key),
        escape(upload.about)
    );
}

fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
        safe
    })
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn text_is_never_markup() {
        assert_eq!(escape("<img src=\"x\"> & co"), "&lt;img src=&quot;x&quot;&gt; &amp; co");
    }
}
