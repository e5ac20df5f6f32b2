//! The pages of one listing, and what makes a sequence of pages nonsense.

/// Pages in a row that may hold nothing and still promise more: S3 passes over many deleted
/// versions in one page, a server that never ends is told.
const EMPTY_PAGES_MAX: u32 = 1000;

/// Why a sequence of pages is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PagesError {
    #[error("the listing does not say whether it ends here")]
    Unsaid,
    #[error("the listing goes on, but not where")]
    NoToken,
    #[error("the listing repeats its continuation")]
    Repeated,
    #[error("the listing has too many empty pages in a row")]
    Endless,
}

/// Where a listing stands.
#[derive(Debug)]
pub(crate) struct Cursor {
    next: Next,
    seen: Seen,
    empty: u32,
}

#[derive(Debug)]
enum Next {
    First,
    At(String),
    End,
}

/// Finds a token that comes again, in the memory of one (R. P. Brent's algorithm): the token that
/// is kept is replaced after 1, 2, 4, 8 … pages, so it lies on any circle at last.
#[derive(Debug, Default)]
struct Seen {
    kept: Option<String>,
    since: u64,
    until: u64,
}

impl Cursor {
    pub(crate) fn start() -> Self {
        Self { next: Next::First, seen: Seen::default(), empty: 0 }
    }

    /// The token of the next page: `Some(None)` for the first page, `None` at the end.
    pub(crate) fn next(&self) -> Option<Option<String>> {
        match &self.next {
            Next::First => Some(None),
            Next::At(token) => Some(Some(token.clone())),
            Next::End => None,
        }
    }

    /// Takes in what a page says of the listing's end.
    pub(crate) fn advance(
        &mut self,
        is_truncated: Option<bool>,
        token: Option<String>,
        entries: usize,
    ) -> Result<(), PagesError> {
        if !is_truncated.ok_or(PagesError::Unsaid)? {
            self.next = Next::End;
            return Ok(());
        }
        let token = token.filter(|token| !token.is_empty()).ok_or(PagesError::NoToken)?;
        let is_same = matches!(&self.next, Next::At(current) if *current == token);
        if is_same || self.seen.again(&token) {
            return Err(PagesError::Repeated);
        }
        self.empty = if entries == 0 { self.empty + 1 } else { 0 };
        if self.empty > EMPTY_PAGES_MAX {
            return Err(PagesError::Endless);
        }
        self.next = Next::At(token);
        Ok(())
    }
}

impl Seen {
    fn again(&mut self, token: &str) -> bool {
        if self.kept.as_deref() == Some(token) {
            return true;
        }
        self.since += 1;
        if self.since > self.until {
            self.kept = Some(token.to_owned());
            self.until = self.until.saturating_mul(2).max(1);
            self.since = 0;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, PagesError};

    /// Follows tokens until the end or an error; tells how many pages were asked for.
    fn follow(tokens: impl IntoIterator<Item = String>) -> (usize, Result<(), PagesError>) {
        let mut cursor = Cursor::start();
        let mut pages = 0;
        for token in tokens {
            pages += 1;
            if let Err(error) = cursor.advance(Some(true), Some(token), 1) {
                return (pages, Err(error));
            }
        }
        (pages + 1, cursor.advance(Some(false), None, 1))
    }

    #[test]
    fn a_listing_ends_where_it_says() {
        assert_eq!(follow((0..5000).map(|n| n.to_string())), (5001, Ok(())));
        let mut cursor = Cursor::start();
        assert_eq!(cursor.next(), Some(None));
        cursor.advance(Some(true), Some("t".to_owned()), 1).unwrap();
        assert_eq!(cursor.next(), Some(Some("t".to_owned())));
        cursor.advance(Some(false), None, 1).unwrap();
        assert_eq!(cursor.next(), None);
    }

    #[test]
    fn a_token_that_comes_again_is_found_on_any_circle() {
        let same = std::iter::repeat_n("t".to_owned(), 100);
        assert_eq!(follow(same), (2, Err(PagesError::Repeated)));
        for (tail, circle) in [(0, 2), (0, 3), (5, 7), (100, 1), (3, 64)] {
            let walk = (0..tail).chain((0..circle).map(|n| n + 1000).cycle()).map(|n| n.to_string());
            let (pages, result) = follow(walk.take(10_000));
            assert_eq!(result, Err(PagesError::Repeated), "{tail} {circle}");
            assert!(pages <= 4 * (tail + circle) + 4, "{pages} pages for {tail} and {circle}");
        }
    }

    #[test]
    fn what_does_not_say_how_it_goes_on_is_refused() {
        assert_eq!(Cursor::start().advance(None, None, 1), Err(PagesError::Unsaid));
        assert_eq!(Cursor::start().advance(Some(true), None, 1), Err(PagesError::NoToken));
        assert_eq!(Cursor::start().advance(Some(true), Some(String::new()), 1), Err(PagesError::NoToken));
    }

    #[test]
    fn a_server_that_never_ends_is_left() {
        let mut cursor = Cursor::start();
        let mut advance = |n: u32, entries| cursor.advance(Some(true), Some(n.to_string()), entries);
        for n in 0..1000 {
            advance(n, 0).unwrap();
        }
        assert_eq!(advance(1000, 0), Err(PagesError::Endless));
        advance(1001, 1).unwrap();
        advance(1002, 0).unwrap();
    }
}
