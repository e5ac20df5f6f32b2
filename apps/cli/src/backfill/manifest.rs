//! The manifest and the request of a job of S3 Batch Operations.
//!
//! Source: Amazon S3 User Guide, "Specifying a manifest" (CSV: bucket and URL-encoded key) and
//! "Creating a job"; the manifest's ETag is the MD5 of its content, as S3 gives it to one that is
//! uploaded in one part and encrypted with S3's own keys.

use std::fmt::Write as _;
use std::path::Path;

use md5::{Digest as _, Md5};
use serde_json::json;
use thumbgate_core::object::{Bucket, ObjectKey, escape_controls};

use crate::exit::Stop;

/// The manifest's file.
pub(super) const MANIFEST: &str = "manifest.csv";

/// The file of the job's request, as `aws s3control create-job --cli-input-json` takes it.
const JOB: &str = "job.json";

/// A manifest as it grows.
#[derive(Debug)]
pub(super) struct Manifest {
    bucket: Bucket,
    csv: String,
}

impl Manifest {
    pub(super) fn new(bucket: Bucket) -> Self {
        Self { bucket, csv: String::new() }
    }

    pub(super) fn add(&mut self, key: &ObjectKey) {
        // Writing into a String cannot fail.
        let _ = writeln!(self.csv, "{},{}", self.bucket.as_str(), encoded(key.as_str()));
    }

    /// Writes both files, each whole or not at all.
    pub(super) async fn write(&self, folder: &Path, function: &str, role: &str) -> Result<(), Stop> {
        let shown = escape_controls(&folder.to_string_lossy()).to_string();
        std::fs::create_dir_all(folder)
            .map_err(|error| Stop::failed(format!("cannot make the folder `{shown}`: {error}")))?;
        let job = serde_json::to_string_pretty(&self.job(function, role)).map_err(std::io::Error::from)?;
        for (name, content) in [(MANIFEST, self.csv.clone()), (JOB, job + "\n")] {
            let stored = thumbgate_fs::replace_path(&folder.join(name), content.into()).await;
            stored.map_err(|error| Stop::failed(error.to_string()))?;
        }
        Ok(())
    }

    fn job(&self, function: &str, role: &str) -> serde_json::Value {
        let etag = Md5::digest(self.csv.as_bytes()).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let account = function.split(':').nth(4).unwrap_or_default();
        let partition = function.split(':').nth(1).unwrap_or("aws");
        let bucket = format!("arn:{partition}:s3:::{}", self.bucket);
        json!({
            "AccountId": account,
            // Somebody looks at the count before the job runs.
            "ConfirmationRequired": true,
            "Description": "thumbnails of what was there before the function",
            "Operation": {"LambdaInvoke": {"FunctionArn": function, "InvocationSchemaVersion": "2.0"}},
            "Manifest": {
                "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key"]},
                "Location": {"ObjectArn": format!("{bucket}/thumbgate-backfill/{MANIFEST}"), "ETag": etag},
            },
            "Report": {
                "Enabled": true, "Bucket": bucket, "Prefix": "thumbgate-backfill/report",
                "Format": "Report_CSV_20180820", "ReportScope": "FailedTasksOnly",
            },
            "Priority": 10,
            "RoleArn": role,
        })
    }
}

/// What to do with the files.
pub(super) fn next_steps(folder: &Path, bucket: &Bucket) -> String {
    let folder = escape_controls(&folder.to_string_lossy()).to_string();
    format!(
        "next:\n  aws s3 cp {folder}/{MANIFEST} s3://{bucket}/thumbgate-backfill/{MANIFEST}\n  \
         aws s3control create-job --cli-input-json file://{folder}/{JOB}"
    )
}

/// A key as events and manifests write it: letters, digits and `/.-_` as they are, all else as bytes.
pub(super) fn encoded(key: &str) -> String {
    let mut text = String::with_capacity(key.len());
    for byte in key.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => text.push(char::from(byte)),
            other => {
                let _ = write!(text, "%{other:02X}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use thumbgate_core::object::{Bucket, ObjectKey};

    use super::{Manifest, encoded};

    #[test]
    fn keys_are_encoded_so_that_lines_and_columns_stay_whole() {
        assert_eq!(encoded("a b,c\n\"+%写.jpg"), "a%20b%2Cc%0A%22%2B%25%E5%86%99.jpg");
    }

    #[test]
    fn the_job_names_the_manifest_by_its_md5() {
        let mut manifest = Manifest::new(Bucket::parse("photos-in").unwrap());
        manifest.add(&ObjectKey::parse("uploads/a.jpg").unwrap());
        assert_eq!(manifest.csv, "photos-in,uploads/a.jpg\n");
        let job = manifest
            .job("arn:aws:lambda:eu-west-1:123456789012:function:thumbgate", "arn:aws:iam::123456789012:role/Backfill");
        assert_eq!(job["AccountId"], "123456789012");
        assert_eq!(job["Manifest"]["Location"]["ETag"], "3251acf51f9d8f68987546da68e16f3b");
    }
}
