//! Storage ports over aws-sdk-s3.
