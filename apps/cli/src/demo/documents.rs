//! The policy documents that the demo runs under: as a deployment would attach them, one file each.

use std::path::Path;

use thumbgate_iam::attachments::{Attachments, parse_index};
use thumbgate_iam::lang::{Document, Source};

use crate::exit::Stop;

/// The account of role and buckets.
pub(super) const ACCOUNT: &str = "123456789012";

/// The function's role.
pub(super) const ROLE: &str = "arn:aws:iam::123456789012:role/LambdaThumbRole";

/// As whom the pipeline asks: Lambda runs a function as a session of its role, never as the role.
pub(super) const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/LambdaThumbRole/thumbgate";

/// The bucket of the uploads, and where they lie in it.
pub(super) const SOURCE: (&str, &str) = ("photos-in", "uploads/");

/// The bucket of the thumbnails, and where they lie in it.
pub(super) const DESTINATION: (&str, &str) = ("photos-out", "thumbs/");

/// The folder of the documents, below `--out`.
pub(super) const FOLDER: &str = "policies";

const INDEX: (&str, &str) = ("index.json", include_str!("policies/index.json"));

/// Every document: its file, what it is, its text.
const FILES: [(&str, &str, &str); 4] = [
    ("trust.json", "who may become the role", include_str!("policies/trust.json")),
    ("role.json", "what the role itself may do: nothing in S3", include_str!("policies/role.json")),
    ("photos-in.json", "the policy of the bucket of uploads", include_str!("policies/photos-in.json")),
    ("photos-out.json", "the policy of the bucket of thumbnails", include_str!("policies/photos-out.json")),
];

/// One document, read.
#[derive(Debug)]
pub(super) struct Attached {
    /// What it is, for people.
    pub(super) about: &'static str,
    pub(super) document: Document,
}

/// Reads the documents and attaches each to what the index says.
pub(super) fn read() -> Result<(Vec<Attached>, Attachments), Stop> {
    let wrong = |error: String| Stop::failed(format!("the demo's own documents cannot be read: {error}"));
    let (mut shown, mut attachments) = (Vec::new(), Attachments::new());
    for entry in parse_index(INDEX.1).map_err(|error| wrong(error.to_string()))? {
        let found = FILES.iter().find(|(file, ..)| *file == entry.file);
        let (file, about, text) = *found.ok_or_else(|| wrong(format!("there is no `{}`", entry.file)))?;
        let source = Source::new(file, text);
        let document = Document::parse(source.clone(), entry.attachment.kind());
        shown.push(Attached { about, document: document.map_err(|errors| wrong(errors.to_string()))? });
        attachments.attach(source, entry.attachment).map_err(|error| wrong(error.to_string()))?;
    }
    Ok((shown, attachments))
}

/// Writes the documents below `out`, for `thumbgate policy explain` to be tried on.
pub(super) async fn write(out: &Path) -> Result<(), Stop> {
    let folder = out.join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|error| {
        let shown = super::folder_shown(&folder);
        Stop::failed(format!("cannot make the folder `{shown}`: {error}; choose another --out"))
    })?;
    for (file, text) in FILES.iter().map(|(file, _, text)| (*file, *text)).chain([INDEX]) {
        let written = thumbgate_fs::replace_path(&folder.join(file), text.into()).await;
        written.map_err(|error| Stop::failed(error.to_string()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use thumbgate_iam::attachments::{Attachment, guess};
    use thumbgate_iam::eval::{Context, Decision, Policies, Request};
    use thumbgate_iam::lang::Source;

    use super::{ACCOUNT, FILES, ROLE, SESSION, read};

    #[test]
    fn each_document_is_of_its_kind_with_an_index_and_without() {
        let (shown, _) = read().map_err(|stop| stop.told().map(str::to_owned)).unwrap();
        assert_eq!(shown.len(), FILES.len());
        let guessed = FILES.map(|(file, _, text)| guess(&Source::new(file, text)).unwrap());
        let bucket = |name: &str| Attachment::Resource(format!("arn:aws:s3:::{name}"));
        let wanted = [Attachment::Trust(None), Attachment::Identity(None), bucket("photos-in"), bucket("photos-out")];
        assert_eq!(guessed, wanted);
    }

    #[test]
    fn the_role_by_itself_may_do_nothing_in_s3() {
        let (_, attachments) = read().map_err(|stop| stop.told().map(str::to_owned)).unwrap();
        for (action, resource) in
            [("s3:GetObject", "arn:aws:s3:::photos-in/uploads/a"), ("s3:PutObject", "arn:aws:s3:::photos-out/thumbs/a")]
        {
            let request = Request::new(SESSION, action, resource, ACCOUNT, Context::default()).unwrap();
            let policies = attachments.policies(ROLE, resource);
            let alone = Policies { identity: policies.identity, ..Policies::default() };
            assert_eq!(alone.decide(&request), Decision::ImplicitDeny, "{action}");
        }
    }

    #[test]
    fn a_put_without_a_condition_is_refused_by_the_bucket() {
        let (_, attachments) = read().map_err(|stop| stop.told().map(str::to_owned)).unwrap();
        let resource = "arn:aws:s3:::photos-out/thumbs/a";
        let decide = |condition: Option<&'static str>| {
            let header = condition.map(|key| (key, vec!["*".to_owned()]));
            let context = [("s3:ObjectCreationOperation", vec!["true".to_owned()])].into_iter().chain(header);
            let request = Request::new(SESSION, "s3:PutObject", resource, ACCOUNT, Context::new(context).unwrap());
            attachments.policies(SESSION, resource).decide(&request.unwrap())
        };
        assert_eq!(decide(None), Decision::ExplicitDeny);
        assert_eq!(decide(Some("s3:if-none-match")), Decision::Allow);
        assert_eq!(decide(Some("s3:if-match")), Decision::Allow);
    }
}
