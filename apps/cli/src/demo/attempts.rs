//! What must not be possible, tried: three real calls through the guard of the run.

use std::error::Error as _;
use std::path::Path;

use bytes::Bytes;
use thumbgate_core::access::{Denial, Principal};
use thumbgate_core::error::{Failure, StorageError, StorageErrorKind};
use thumbgate_core::port::{Condition, Get, PutOptions};
use thumbgate_iam::eval::Explanation;

use super::access::Recorder;
use super::documents::FOLDER;
use super::uploads::Upload;
use super::{failed, folder_shown, key};
use crate::exit::Stop;
use crate::guard::Guard;
use crate::stores::Store;

/// A role of the same account that has nothing to do with thumbnails.
const OTHER_ROLE: &str = "arn:aws:iam::123456789012:role/Reports";

/// An object beside the uploads, which is none of the function's business.
pub(super) const PRIVATE: (&str, &[u8]) = ("private/passport.jpg", b"nobody's business");

/// An attempt that was refused.
#[derive(Debug)]
pub(super) struct Attempt {
    /// What was tried.
    pub(super) title: &'static str,
    /// What the caller was told.
    pub(super) message: String,
    /// The whole reasoning.
    pub(super) explanation: Explanation,
}

/// Tries everything that must be refused. One that succeeds, or that fails for another reason,
/// ends the demo: its documents would not keep what they promise.
pub(super) async fn run(
    source: &Store,
    guard: &Guard,
    recorder: &Recorder,
    upload: &Upload,
) -> Result<Vec<Attempt>, Stop> {
    let (side, function) = (&guard.source, &guard.principal);
    let original = key(&upload.key()).map_err(failed)?;
    let private = key(PRIVATE.0).map_err(failed)?;
    let anything = Get::default();

    let writer = side.write(source.write(), function);
    let put = writer.put(&original, Bytes::from_static(b"forged"), &PutOptions::when(Condition::Always)).await;
    let overwrite = refused("overwrite an original", put, recorder)?;

    let get = side.read(source.read(), function).get(&private, &anything).await;
    let outside = refused("read outside the prefix", get, recorder)?;

    let other_role = Principal::Arn(OTHER_ROLE.to_owned());
    let get = side.read(source.read(), &other_role).get(&original, &anything).await;
    let stranger = refused("read as another role", get, recorder)?;
    Ok(vec![overwrite, outside, stranger])
}

fn refused<T>(title: &'static str, result: Result<T, StorageError>, recorder: &Recorder) -> Result<Attempt, Stop> {
    let explanation = recorder.take().pop();
    let Err(error) = result else {
        let why = explanation.map(|explanation| format!("\n{explanation}")).unwrap_or_default();
        return Err(Stop::failed(format!("the demo's own documents let somebody {title}{why}")));
    };
    let message = Failure::from(&error).to_string();
    let by_guard = error.kind() == StorageErrorKind::Denied
        && error.source().is_some_and(|source| source.downcast_ref::<Denial>().is_some());
    match explanation {
        Some(explanation) if by_guard => Ok(Attempt { title, message, explanation }),
        _ => Err(Stop::failed(format!("the attempt to {title} failed, but was not refused: {message}"))),
    }
}

impl Attempt {
    /// The command that asks the same of the documents below `out`.
    pub(super) fn command(&self, out: &Path) -> Vec<String> {
        let request = &self.explanation.request;
        vec![
            format!("thumbgate policy explain --policies {}", shell_word(&folder_shown(&out.join(FOLDER)))),
            format!("--as {}", request.principal()),
            format!("--action {} --resource {}", request.action(), request.resource()),
            // Without it the explanation would say that the request lacks the key.
            "--context aws:SecureTransport=true".to_owned(),
        ]
    }
}

/// A word that a shell takes as it is.
fn shell_word(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/._-+:,@".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::TryStreamExt as _;
    use thumbgate_core::port::{Get, ObjectRead as _};
    use thumbgate_iam::PolicyAuthorizer;
    use thumbgate_iam::attachments::{Attachment, Attachments};
    use thumbgate_iam::lang::Source;

    use super::super::access::{self, Recorder};
    use super::super::documents::{self, ACCOUNT};
    use super::super::{fill, key};
    use super::{Attempt, Upload, run, shell_word};
    use crate::exit::Exit;
    use crate::stores::Store;

    /// What the attempts come to under these documents; else the exit and what is told.
    async fn tried(documents: Attachments) -> Result<Vec<Attempt>, (Exit, String)> {
        let upload = Upload { name: "a.jpg", about: "a text", content: Bytes::from_static(b"original"), shown: None };
        let bucket = fill(std::slice::from_ref(&upload)).await.unwrap();
        let recorder = Recorder::new(PolicyAuthorizer::new(documents, ACCOUNT)).into();
        let told = |stop: crate::exit::Stop| (stop.exit(), stop.told().unwrap_or_default().to_owned());
        let guard = access::guard(&recorder).map_err(told)?;
        let tried = run(&Store::Memory(bucket.clone()), &guard, &recorder, &upload).await.map_err(told)?;
        let body = bucket.get(&key(&upload.key()).unwrap(), &Get::default()).await.unwrap();
        let parts: Vec<Bytes> = body.bytes.try_collect().await.unwrap();
        assert_eq!(parts.concat(), b"original");
        Ok(tried)
    }

    #[tokio::test]
    async fn every_attempt_is_refused_and_nothing_changes() {
        let (_, documents) = documents::read().map_err(|stop| stop.told().map(str::to_owned)).unwrap();
        let titles = tried(documents).await.unwrap().iter().map(|attempt| attempt.title).collect::<Vec<_>>();
        assert_eq!(titles, ["overwrite an original", "read outside the prefix", "read as another role"]);
    }

    #[tokio::test]
    async fn an_attempt_that_succeeds_ends_the_demo() {
        for (actions, lets) in [
            (r#""s3:*""#, "let somebody overwrite an original"),
            (r#""s3:GetObject""#, "let somebody read outside the prefix"),
        ] {
            let wide = format!(
                r#"{{"Version": "2012-10-17", "Statement": {{"Sid": "TooWide", "Effect": "Allow", "Principal": "*",
                    "Action": {actions}, "Resource": "arn:aws:s3:::photos-in/*"}}}}"#
            );
            let mut documents = Attachments::new();
            let bucket = Attachment::Resource("arn:aws:s3:::photos-in".to_owned());
            documents.attach(Source::new("wide.json", wide), bucket).unwrap();
            let (exit, told) = tried(documents).await.unwrap_err();
            assert_eq!(exit, Exit::SomeFailed);
            assert!(told.contains(lets) && told.contains("Allow `TooWide` (resource policy) decides"), "{told}");
        }
    }

    #[test]
    fn a_folder_with_a_blank_is_one_word() {
        assert_eq!(shell_word("demo-out/policies"), "demo-out/policies");
        assert_eq!(shell_word("it's here"), r"'it'\''s here'");
    }
}
