//! Yes, no, and what AWS's documentation leaves open.

/// Whether something matches.
///
/// Where AWS's pages are silent or contradict each other the answer is [`Open`](Truth::Open), and
/// the statement's effect closes it: an Allow does not match, a Deny does. So an open question
/// never grants anything. The open questions are listed in docs/reference/policies.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    No,
    Open,
    Yes,
}

impl Truth {
    pub(crate) fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }

    pub(crate) fn negated_if(self, negated: bool) -> Self {
        match self {
            Self::Yes if negated => Self::No,
            Self::No if negated => Self::Yes,
            same => same,
        }
    }

    /// Yes where one of them is, else open where one of them is.
    pub(crate) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::No;
        for truth in truths {
            match truth {
                Self::Yes => return Self::Yes,
                Self::Open => result = Self::Open,
                Self::No => {}
            }
        }
        result
    }

    /// No where one of them is, else open where one of them is.
    pub(crate) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::Yes;
        for truth in truths {
            match truth {
                Self::No => return Self::No,
                Self::Open => result = Self::Open,
                Self::Yes => {}
            }
        }
        result
    }
}
