//! Which package may name which library: an SDK, a codec or a runtime has one owner.
//!
//! What is not in the table may be used by everyone but core, whose list is
//! `core_dependencies`.

use super::finding::Finding;
use super::manifest::Kind;
use super::packages::{Dependency, Member, Packages};

const RULE: &str = "owner";

const AWS: &[&str] = &["adapters/s3", "adapters/sqs"];
const CODECS: &[&str] = &["adapters/imaging", "adapters/jpeg", "adapters/webp"];
const APPS: &[&str] = &["apps/*"];
const BENCHES: &[&str] = &[];

/// Libraries (a `*` at the end stands for any rest) and the folders that may name them.
///
/// The first line that fits decides.
const OWNERS: &[(&str, &[&str])] = &[
    ("aws-sdk-s3", &["adapters/s3"]),
    ("aws-sdk-sqs", &["adapters/sqs"]),
    ("aws-sdk-*", AWS),
    ("aws-config", AWS),
    ("aws-smithy-*", AWS),
    ("aws-credential-types", AWS),
    ("aws-types", AWS),
    ("object_store", &["adapters/object-store"]),
    ("fast_image_resize", CODECS),
    ("fax", CODECS),
    ("gif", CODECS),
    ("heic-*", CODECS),
    ("image", CODECS),
    ("image-webp", CODECS),
    ("jpeg-decoder", CODECS),
    ("jpeg-encoder", CODECS),
    ("libwebp-sys", CODECS),
    ("moxcms", CODECS),
    ("png", CODECS),
    ("rav1d", CODECS),
    ("ravif", CODECS),
    ("re_rav1d", CODECS),
    ("tiff", CODECS),
    ("webp", CODECS),
    ("weezl", CODECS),
    ("zune-*", CODECS),
    ("lambda_runtime", &["apps/lambda"]),
    ("lambda_runtime_api_client", &["apps/lambda"]),
    ("clap", APPS),
    ("clap_*", APPS),
    ("indicatif", APPS),
    ("rustix", &["adapters/fs", "apps/*"]),
    // Tools that only measure; xtask names them behind its feature `bench`.
    ("cedar-policy", BENCHES),
    ("criterion", BENCHES),
    ("fast-ssim2", BENCHES),
    ("iam-rs", BENCHES),
    ("wait4", BENCHES),
];

/// What xtask may name behind its feature `bench`, besides the tools that only measure.
const BENCH_ALSO: &[&str] = &["image", "jpeg-encoder", "rustix"];

/// Finds libraries that are named by a package which does not own them.
pub(crate) fn check(packages: &Packages) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &packages.members {
        for dependency in &member.dependencies {
            let Some(owners) = owners_of(&dependency.name) else {
                continue;
            };
            let is_owner = owners.iter().any(|owner| fits(owner, &member.folder));
            if is_owner || is_exception(member, dependency, owners) {
                continue;
            }
            let message = told(member, dependency, owners);
            findings.push(Finding::new(member.manifest(), dependency.line, RULE, message));
        }
    }
    findings
}

fn owners_of(library: &str) -> Option<&'static [&'static str]> {
    OWNERS.iter().find(|(pattern, _)| fits(pattern, library)).map(|(_, owners)| *owners)
}

/// Whether `name` is `pattern`, in which a `*` at the end stands for any rest.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => pattern == name,
    }
}

fn is_exception(member: &Member, dependency: &Dependency, owners: &[&str]) -> bool {
    match member.folder.as_str() {
        // Only to tell what its example for benches took.
        "adapters/imaging" => dependency.name == "rustix" && dependency.kind == Kind::Dev,
        // Only to look at results: what is under test decodes with its own codecs.
        "tests/e2e" => dependency.name == "image" && dependency.kind == Kind::Dev,
        "xtask" => {
            let may_be_measured = owners.is_empty() || BENCH_ALSO.contains(&dependency.name.as_str());
            may_be_measured && is_behind_bench(member, dependency)
        }
        _ => false,
    }
}

fn is_behind_bench(member: &Member, dependency: &Dependency) -> bool {
    let explicit = format!("dep:{}", dependency.key);
    dependency.is_optional
        && member.bench_feature.iter().any(|turned_on| *turned_on == explicit || *turned_on == dependency.key)
}

fn told(member: &Member, dependency: &Dependency, owners: &[&str]) -> String {
    let only = match owners {
        [] => "only xtask may, as an optional dependency behind its feature `bench`".to_owned(),
        owners => format!("only {} may; go through a port of core", owners.join(", ")),
    };
    format!("`{}` names `{}`; {only}", member.folder, dependency.name)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::lint::packages::Member;
    use crate::lint::sample::{member, packages};

    fn findings(member: Member) -> Vec<String> {
        let checked = check(&packages([member]));
        checked.iter().map(ToString::to_string).collect()
    }

    fn behind_bench(name: &str) -> Member {
        let mut member = member("xtask").needs(name).but(|dependency| dependency.is_optional = true);
        member.bench_feature = vec![format!("dep:{name}")];
        member
    }

    #[test]
    fn owners_may_name_what_is_theirs() {
        let good = [
            member("adapters/s3")
                .needs("aws-sdk-s3")
                .needs("aws-config")
                .needs("aws-smithy-types")
                .needs("aws-credential-types")
                .tests_with("aws-sdk-sts"),
            member("adapters/sqs").needs("aws-sdk-sqs"),
            member("adapters/object-store").needs("object_store"),
            member("adapters/imaging").needs("image").needs("zune-core"),
            member("adapters/imaging").tests_with("rustix"),
            member("adapters/jpeg").tests_with("jpeg-encoder"),
            member("adapters/webp").tests_with("image-webp"),
            member("adapters/fs").needs("rustix").needs("tokio"),
            member("apps/lambda").needs("lambda_runtime").needs("rustix"),
            member("apps/cli").needs("clap").needs("clap_complete"),
            member("tests/e2e").tests_with("image"),
            behind_bench("image"),
            behind_bench("rustix"),
            behind_bench("criterion"),
        ];
        for member in good {
            assert_eq!(findings(member), [""; 0]);
        }
    }

    #[test]
    fn everyone_else_is_found() {
        let bad = [
            member("adapters/sqs").needs("aws-sdk-s3"),
            member("adapters/s3").tests_with("aws-sdk-sqs"),
            member("apps/lambda").needs("aws-config"),
            member("tests/e2e").tests_with("aws-smithy-types"),
            member("adapters/fs").tests_with("object_store"),
            member("apps/cli").needs("image"),
            member("core").tests_with("zune-jpeg"),
            member("apps/server").needs("heic-decoder"),
            member("apps/cli").needs("lambda_runtime"),
            member("adapters/config").needs("clap"),
            member("xtask").needs("clap"),
            member("adapters/s3").needs("rustix"),
            member("tests/e2e").needs("image"),
            member("tests/e2e").tests_with("png"),
            member("xtask").needs("image"),
            member("xtask").needs("rustix"),
            member("xtask").needs("criterion"),
            member("adapters/imaging").tests_with("criterion"),
            member("adapters/imaging").needs("rustix"),
            behind_bench("ravif"),
        ];
        for member in bad {
            let (folder, count) = (member.folder.clone(), findings(member).len());
            assert_eq!(count, 1, "{folder}");
        }
    }

    #[test]
    fn optional_alone_is_not_behind_bench() {
        let mut member = behind_bench("image");
        member.bench_feature = vec![];
        assert_eq!(
            findings(member),
            [
                "xtask/Cargo.toml:1: owner: `xtask` names `image`; only adapters/imaging, adapters/jpeg, adapters/webp may; go through a port of core"
            ]
        );
    }
}
