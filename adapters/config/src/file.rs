//! The file's own shape: what may stand in `thumbgate.toml`, with its defaults.
//!
//! These types are read, written and described (JSON Schema); what they mean is decided in
//! `config` and `rendition`.

use std::time::Duration;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use thumbgate_core::limits::Limits;

use crate::units::{ByteSize, Seconds};

/// `thumbgate.toml`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FileConfig {
    /// Where sources are.
    pub source: SourceConfig,
    /// Where renditions go.
    pub destination: DestinationConfig,
    /// What is made of every source.
    pub rendition: Vec<RenditionConfig>,
    /// What is allowed.
    pub limits: LimitsConfig,
    /// The HTTP server.
    pub server: ServerConfig,
    /// The deployment on AWS.
    pub deployment: DeploymentConfig,
}

/// Where sources are.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SourceConfig {
    /// s3://bucket/prefix, file:///dir, memory://name or a plain path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Globs on the key below the prefix, case-sensitive. Default: every suffix that can be
    /// decoded, in any letter case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<String>>,
    /// Globs of keys that are left out.
    pub exclude: Vec<String>,
    /// The account that must own the bucket: 12 digits, sent with every S3 call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// Where renditions go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DestinationConfig {
    /// s3://bucket/prefix, file:///dir, memory://name or a plain path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The pattern of output keys: {path}/, {name}, {rendition}, {ext}.
    pub key: String,
    /// The Cache-Control of renditions. A key outlives its source's content: never immutable.
    pub cache_control: String,
    /// The account that must own the bucket: 12 digits, sent with every S3 call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

impl Default for DestinationConfig {
    fn default() -> Self {
        Self {
            url: None,
            key: thumbgate_core::route::DEFAULT_PATTERN.to_owned(),
            cache_control: "public, max-age=3600".to_owned(),
            owner: None,
        }
    }
}

/// One rendition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RenditionConfig {
    /// 1 to 32 of a-z, 0-9 and -, unique.
    pub name: String,
    /// The wanted width in pixels; one of width and height may be absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 16384))]
    pub width: Option<u32>,
    /// The wanted height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 16384))]
    pub height: Option<u32>,
    /// How the picture is fitted into the box.
    #[schemars(extend("enum" = ["inside", "outside", "cover", "contain", "fill"]))]
    pub fit: String,
    /// Which part stays where `cover` crops.
    #[schemars(extend("enum" = ["center", "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west", "attention"]))]
    pub gravity: String,
    /// #rrggbb, below transparency and around `contain`.
    pub background: String,
    /// The format of the output.
    #[schemars(extend("enum" = ["jpeg", "png", "webp", "avif"]))]
    pub format: String,
    /// The encoder's quality, 1 to 100.
    #[schemars(range(min = 1, max = 100))]
    pub quality: u32,
    /// Whether small sources are scaled up.
    pub enlarge: bool,
}

impl Default for RenditionConfig {
    fn default() -> Self {
        Self {
            name: String::new(),
            width: None,
            height: None,
            fit: "inside".to_owned(),
            gravity: "center".to_owned(),
            background: "#ffffff".to_owned(),
            format: "jpeg".to_owned(),
            quality: 80,
            enlarge: false,
        }
    }
}

/// What is allowed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// The largest source.
    pub source_bytes: ByteSize,
    /// The largest picture in megapixels, from its header.
    pub source_megapixels: u64,
    /// The longest side of a source, in pixels.
    pub source_side: u32,
    /// The most metadata (EXIF, profiles) that is kept while decoding.
    pub metadata_bytes: ByteSize,
    /// Estimated decode memory, per image and of all in flight.
    pub memory: ByteSize,
    /// The longest that decoding and encoding one source may take.
    pub time_per_image: Seconds,
    /// The largest rendition in megapixels.
    pub output_megapixels: u64,
    /// Render what is there of a truncated source, and mark it.
    pub allow_truncated: bool,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            source_bytes: ByteSize(limits.source_bytes),
            source_megapixels: limits.source_pixels / 1_000_000,
            source_side: limits.source_side,
            metadata_bytes: ByteSize(limits.metadata_bytes),
            memory: ByteSize(limits.memory),
            time_per_image: Seconds(limits.time_per_image),
            output_megapixels: limits.output_pixels / 1_000_000,
            allow_truncated: limits.allow_truncated,
        }
    }
}

/// The HTTP server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Requests that may wait for a render.
    pub queue: u32,
    /// Keep what was rendered on demand in the destination.
    pub store: bool,
    /// The size of the cache in memory.
    pub cache: ByteSize,
    /// How long a cached rendition is served before its source is looked at again.
    pub revalidate: Seconds,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            queue: 256,
            store: false,
            cache: ByteSize(256 * 1024 * 1024),
            revalidate: Seconds(Duration::from_secs(60)),
        }
    }
}

/// The partition of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum Partition {
    /// The commercial regions.
    #[default]
    #[serde(rename = "aws")]
    Aws,
    /// China.
    #[serde(rename = "aws-cn")]
    AwsCn,
    /// GovCloud (US).
    #[serde(rename = "aws-us-gov")]
    AwsUsGov,
    /// The European Sovereign Cloud.
    #[serde(rename = "aws-eusc")]
    AwsEusc,
}

impl Partition {
    /// The partition as ARNs have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AwsCn => "aws-cn",
            Self::AwsUsGov => "aws-us-gov",
            Self::AwsEusc => "aws-eusc",
        }
    }
}

/// Who grants the access to objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// The bucket policies; the role holds no S3 permission.
    #[default]
    BucketPolicy,
    /// The role's own policy.
    RolePolicy,
}

/// What calls the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// S3's own notification.
    #[default]
    S3,
    /// A queue between S3 and the function.
    Sqs,
    /// A rule of EventBridge.
    #[serde(rename = "eventbridge")]
    EventBridge,
}

/// The processor that the function runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// Graviton.
    #[default]
    Arm64,
    /// Intel and AMD.
    #[serde(rename = "x86_64")]
    X86_64,
}

/// What becomes of sources that can never succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rejects {
    /// They are failed items, which the platform dead-letters.
    #[default]
    DeadLetter,
    /// They are logged as successes.
    Log,
}

/// The deployment on AWS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeploymentConfig {
    /// The account, 12 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The partition.
    pub partition: Partition,
    /// The function's name.
    pub function: String,
    /// The role's name.
    pub role: String,
    /// Who grants the access to objects.
    pub variant: Variant,
    /// What calls the function.
    pub trigger: Trigger,
    /// The processor.
    pub architecture: Architecture,
    /// The function's memory; computed from the limits where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<u32>,
    /// The function's timeout; computed from the limits where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_s: Option<u32>,
    /// How long logs are kept.
    pub log_retention_days: u32,
    /// The ARN of the key that sources are encrypted with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_kms_key: Option<String>,
    /// The ARN of the key that renditions are encrypted with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_kms_key: Option<String>,
    /// Delete renditions when their source is deleted.
    pub propagate_deletes: bool,
    /// The bucket itself refuses the role an unconditional overwrite.
    pub enforce_conditional_writes: bool,
    /// What becomes of sources that can never succeed.
    pub rejects: Rejects,
    /// Concurrency reserved for the function; 0 reserves none.
    pub reserved_concurrency: u32,
}

impl Default for DeploymentConfig {
    fn default() -> Self {
        Self {
            account: None,
            region: None,
            partition: Partition::default(),
            function: "thumbgate".to_owned(),
            role: "LambdaThumbRole".to_owned(),
            variant: Variant::default(),
            trigger: Trigger::default(),
            architecture: Architecture::default(),
            memory_mb: None,
            timeout_s: None,
            log_retention_days: 30,
            source_kms_key: None,
            destination_kms_key: None,
            propagate_deletes: false,
            enforce_conditional_writes: true,
            rejects: Rejects::default(),
            reserved_concurrency: 0,
        }
    }
}

/// The JSON Schema (draft 2020-12) of `thumbgate.toml`, for editors and other tools.
#[must_use]
pub fn schema() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<FileConfig>().to_value()
}
