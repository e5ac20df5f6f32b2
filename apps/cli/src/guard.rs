//! Under which policies a command reads and writes: `--guard`.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use thumbgate_config::{Config, StoreUrl};
use thumbgate_core::access::Principal;
use thumbgate_core::error::Failure;
use thumbgate_core::generate::Outcome;
use thumbgate_core::guard::{Guarded, Naming};
use thumbgate_core::object::escape_controls;
use thumbgate_core::port::{Authorizer, Condition, ObjectRead, ObjectWrite, PutOptions};
use thumbgate_core::route::Location;
use thumbgate_iam::attachments::Attachments;
use thumbgate_iam::eval::{Context, Decision, Request};
use thumbgate_iam::lang::{Arn, is_account};
use thumbgate_iam::{PolicyAuthorizer, keys_of_caller, trust};

use crate::args::GuardArgs;
use crate::exit::Stop;
use crate::nowhere::Nowhere;
use crate::policy::documents;

/// Policies, and the principal that they are asked about.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) principal: Principal,
    pub(crate) source: Side,
    pub(crate) destination: Side,
}

/// One place under guard: who judges, and what the place is called in the policies.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    pub(crate) authorizer: Arc<dyn Authorizer>,
    pub(crate) naming: Naming,
}

impl Guard {
    /// What `--guard` asks for; none without it. `named` is the configuration before SRC and DST
    /// replaced its places.
    pub(crate) fn of(args: &GuardArgs, named: &Config, config: &Config) -> Result<Option<Self>, Stop> {
        let Some(folder) = &args.guard else {
            return Ok(None);
        };
        let principal = principal(args, named)?;
        let documents = documents::read_folder(folder)?;
        check_trust(&documents, &principal)?;
        let errors = |errors| Stop::of_config(&errors, None);
        let place = |url: StoreUrl, named_url: Option<&String>, called: Option<&String>, option| {
            naming(&url, named_url, called, option)
        };
        let file = named.file();
        let source =
            place(config.source().map_err(errors)?, file.source.url.as_ref(), args.source_as.as_ref(), "--source-as")?;
        let destination = place(
            config.destination().map_err(errors)?,
            file.destination.url.as_ref(),
            args.destination_as.as_ref(),
            "--destination-as",
        )?;
        let side = |naming: Naming, owner: Option<&String>| -> Result<Side, Stop> {
            let of_deployment = || file.deployment.account.clone();
            let of_caller = || Arn::parse(&principal).map(|arn| arn.account.to_owned());
            let account = owner.cloned().or_else(of_deployment).or_else(of_caller);
            let account = account.unwrap_or_default();
            let authorizer = PolicyAuthorizer::new(documents.clone(), account).with_clock(SystemTime::now);
            Ok(Side { authorizer: Arc::new(authorizer), naming })
        };
        Ok(Some(Self {
            source: side(source, file.source.owner.as_ref())?,
            destination: side(destination, file.destination.owner.as_ref())?,
            principal: Principal::Arn(principal),
        }))
    }

    /// What a preview, which puts nothing, would come to where an output may not be put.
    pub(crate) async fn previewed(&self, outcome: Outcome) -> Outcome {
        let put = self.destination.write(Arc::new(Nowhere::default()), &self.principal);
        for planned in &outcome.renditions {
            let options = PutOptions::when(Condition::IfAbsent);
            if let Err(error) = put.put(&planned.key, Bytes::new(), &options).await {
                return Outcome::unusable(outcome.source, Failure::from(&error));
            }
        }
        outcome
    }
}

impl Side {
    pub(crate) fn read(&self, inner: Arc<dyn ObjectRead>, principal: &Principal) -> Arc<dyn ObjectRead> {
        Arc::new(Guarded::new(inner, self.authorizer.clone(), principal.clone(), self.naming.clone()))
    }

    pub(crate) fn write(&self, inner: Arc<dyn ObjectWrite>, principal: &Principal) -> Arc<dyn ObjectWrite> {
        Arc::new(Guarded::new(inner, self.authorizer.clone(), principal.clone(), self.naming.clone()))
    }
}

/// Who asks: `--as`, else the role of `[deployment]`.
fn principal(args: &GuardArgs, named: &Config) -> Result<String, Stop> {
    let deployment = &named.file().deployment;
    let of_deployment = || {
        let account = deployment.account.as_ref()?;
        Some(format!("arn:{}:iam::{account}:role/{}", deployment.partition.as_str(), deployment.role))
    };
    let Some(principal) = args.principal.clone().or_else(of_deployment) else {
        return Err(Stop::usage(
            "as whom? add --as with the ARN of the function's role, or [deployment] account to the configuration",
        ));
    };
    // The request is only a means to have the principal read.
    let probe = Request::new(&principal, "s3:GetObject", "*", "000000000000", Context::default());
    let is_identity = Arn::parse(&principal).is_some_and(|arn| is_account(arn.account));
    match probe {
        Ok(_) if is_identity => Ok(principal),
        _ => {
            let shown = escape_controls(&principal).to_string();
            Err(Stop::usage(format!("`{shown}` is no principal to run as: name the ARN of a role, session or user")))
        }
    }
}

/// A function whose role Lambda may not assume never runs, whatever else is allowed.
fn check_trust(documents: &Attachments, principal: &str) -> Result<(), Stop> {
    let Some(policy) = documents.trust(principal) else {
        tracing::info!(
            "no trust policy of {} in the folder: whether Lambda may become it is not checked",
            escape_controls(principal)
        );
        return Ok(());
    };
    // A session is of its role, which its `aws:PrincipalArn` names.
    let role = keys_of_caller(principal).into_iter().find(|(key, _)| *key == "aws:PrincipalArn");
    let role = role.map_or_else(|| principal.to_owned(), |(_, arn)| arn);
    let account = Arn::parse(&role).map_or("", |arn| arn.account);
    let context = Context::new([
        ("aws:SourceAccount", vec![account.to_owned()]),
        ("aws:PrincipalIsAWSService", vec!["true".to_owned()]),
        ("aws:PrincipalServiceName", vec![trust::LAMBDA.to_owned()]),
    ])
    .unwrap_or_default();
    let explanation = trust::explain(&policy, &role, trust::LAMBDA, context)
        .map_err(|error| Stop::configuration(error.to_string()))?;
    if explanation.decision == Decision::Allow {
        return Ok(());
    }
    Err(Stop::configuration(format!(
        "the role's trust policy does not let {} assume it, so the function cannot run at all\n{explanation}",
        trust::LAMBDA,
    )))
}

/// What a place is called in the policies: `--source-as`, else its own `s3://` URL, else that of
/// the configuration, else its name in memory.
fn naming(url: &StoreUrl, named: Option<&String>, called: Option<&String>, option: &str) -> Result<Naming, Stop> {
    let physical = Location::prefix(&url.location()).clone();
    let of_s3 = |text: &String| match StoreUrl::parse(text) {
        Ok(StoreUrl::S3 { bucket, prefix }) => Some(Naming { bucket, physical: physical.clone(), logical: prefix }),
        _ => None,
    };
    if let Some(text) = called {
        return of_s3(text).ok_or_else(|| Stop::usage(format!("{option} names a bucket: write s3://bucket/prefix/")));
    }
    if let StoreUrl::S3 { bucket, .. } = url {
        return Ok(Naming::plain(bucket.clone()));
    }
    if let Some(naming) = named.and_then(of_s3) {
        return Ok(naming);
    }
    match url {
        StoreUrl::Memory { name, .. } => Ok(Naming::plain(name.clone())),
        _ => Err(Stop::usage(format!(
            "what is `{url}` called in the policies? add {option} s3://bucket/prefix/, or --config with an s3:// URL"
        ))),
    }
}
