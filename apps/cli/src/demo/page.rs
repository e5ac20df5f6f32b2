//! The page that shows every source beside its thumbnails, and who was let in: one file, nothing
//! loaded from anywhere.

mod access;
mod code;
mod pictures;

use std::fmt::Write as _;
use std::path::Path;

use thumbgate_core::error::Disposition;

use super::Shown;
use super::access::Access;
use super::documents::SOURCE;

const STYLE: &str = concat!(include_str!("page.css"), include_str!("page/access.css"));

/// The page's HTML.
pub(super) fn render(rows: &[Shown], access: &Access, out: &Path) -> String {
    let (made, refused): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.outcome.disposition() == Disposition::Done);
    let thumbnails: usize = made.iter().map(|row| row.outcome.renditions.len()).sum();
    let mut html = String::new();
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>thumbgate demo</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <h1>thumbgate demo</h1>\n\
         <p>{} files were uploaded to <code>{}/{}</code>, a bucket in memory; {} became {thumbnails} thumbnails, \
         {} were refused. It is the pipeline that <code>thumbgate batch</code> runs, and it ran as a role \
         without any S3 permission of its own: <a href=\"#access\">who was let in, and by which statement</a>.</p>\n\
         </header>\n<main>\n",
        rows.len(),
        SOURCE.0,
        SOURCE.1,
        made.len(),
        refused.len(),
    );
    html.push_str("<h2>Made</h2>\n");
    made.iter().for_each(|row| pictures::made(&mut html, row));
    html.push_str("<h2>Refused, and why</h2>\n<div class=\"refusals\">\n");
    refused.iter().for_each(|row| pictures::refused(&mut html, row));
    html.push_str("</div>\n");
    access::section(&mut html, access, out);
    html.push_str("</main>\n</body>\n</html>\n");
    html
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
