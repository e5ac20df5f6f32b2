//! The same pipeline on any backend.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use thumbgate_config::{Config, RenditionConfig};
use thumbgate_contract::clock::RuntimeClock;
use thumbgate_contract::emulator;
use thumbgate_core::admission::MemoryGate;
use thumbgate_core::generate::{Generate, Ports, Settings};
use thumbgate_core::limits::Limits;
use thumbgate_core::object::{Bucket, ObjectKey};
use thumbgate_core::port::{Condition, Get, ObjectList, ObjectRead, ObjectWrite, PutOptions, Renderer as _};
use thumbgate_fs::FolderObjects;
use thumbgate_imaging::Imaging;
use thumbgate_object_store::StoredObjects;
use thumbgate_s3::{S3Connection, S3Objects, S3Options};

/// The ports of one backend.
#[derive(Clone)]
pub(crate) struct Backend {
    pub(crate) name: &'static str,
    pub(crate) read: Arc<dyn ObjectRead>,
    pub(crate) write: Arc<dyn ObjectWrite>,
    pub(crate) list: Arc<dyn ObjectList>,
}

impl Backend {
    fn of(name: &'static str, store: impl ObjectRead + ObjectWrite + ObjectList + Clone + 'static) -> Self {
        Self { name, read: Arc::new(store.clone()), write: Arc::new(store.clone()), list: Arc::new(store) }
    }

    pub(crate) fn memory() -> Self {
        Self::of("memory", StoredObjects::memory())
    }

    pub(crate) fn folder(path: &std::path::Path) -> Self {
        Self::of("folder", FolderObjects::new(path))
    }

    pub(crate) async fn s3() -> Self {
        Self::s3_named().await.1
    }

    /// A bucket of its own, and its name.
    pub(crate) async fn s3_named() -> (String, Self) {
        let options = S3Options { endpoint_url: Some(emulator::endpoint()), ..S3Options::default() };
        let connection = S3Connection::from_environment(&options).await.unwrap();
        let name = emulator::new_bucket().await;
        let bucket: S3Objects = connection.bucket(Bucket::parse(&name).unwrap(), None);
        (name, Self::of("s3", bucket))
    }

    pub(crate) async fn put(&self, name: &str, content: Vec<u8>) {
        self.write.put(&key(name), Bytes::from(content), &PutOptions::when(Condition::Always)).await.unwrap();
    }

    pub(crate) async fn get(&self, key: &ObjectKey) -> Vec<u8> {
        let body = self.read.get(key, &Get::default()).await.unwrap();
        body.bytes.map(Result::unwrap).collect::<Vec<_>>().await.concat()
    }
}

/// The use case from `uploads/` of one backend to `thumbs/` of another, three renditions a source.
pub(crate) fn generate(source: Arc<dyn ObjectRead>, to: &Backend, write: Arc<dyn ObjectWrite>) -> Generate {
    generate_with(source, to.read.clone(), write)
}

/// As [`generate`], with each port by itself.
pub(crate) fn generate_with(
    source: Arc<dyn ObjectRead>,
    outputs: Arc<dyn ObjectRead>,
    destination: Arc<dyn ObjectWrite>,
) -> Generate {
    let rendition = |name: &str, format: &str, fit: &str| RenditionConfig {
        name: name.to_owned(),
        width: Some(96),
        height: Some(64),
        format: format.to_owned(),
        fit: fit.to_owned(),
        ..RenditionConfig::default()
    };
    let config = Config::default().changed(|file| {
        file.source.url = Some("memory://in/uploads".to_owned());
        file.destination.url = Some("memory://out/thumbs".to_owned());
        file.rendition =
            vec![rendition("a", "jpeg", "inside"), rendition("b", "webp", "cover"), rendition("c", "png", "contain")];
    });
    let renderer = Imaging::new();
    let route = config.route(renderer.engine_version()).unwrap();
    let limits = Limits::default();
    let gate = MemoryGate::new(limits.memory);
    let ports =
        Ports { source, outputs, destination, renderer: Arc::new(renderer), clock: Arc::new(RuntimeClock::start()) };
    let settings = Settings { limits, cache_control: None, force: false, deadline: Duration::from_secs(60) };
    Generate::new(ports, Arc::new(route), settings, gate)
}

pub(crate) fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

/// A picture as a Windows bitmap.
pub(crate) fn picture(width: u32, height: u32, seed: u32) -> Vec<u8> {
    let row_bytes = (width * 3).next_multiple_of(4);
    let mut file = b"BM".to_vec();
    for field in [54 + row_bytes * height, 0, 54, 40, width, height] {
        file.extend(field.to_le_bytes());
    }
    file.extend([1, 0, 24, 0]);
    file.extend([0; 24]);
    for y in 0..height {
        let mut row = Vec::new();
        for x in 0..width {
            row.extend([(x * 3 + seed), (y * 2 + seed), (x * y / 64 + seed * 7)].map(|value| value.to_le_bytes()[0]));
        }
        row.resize(usize::try_from(row_bytes).unwrap(), 0);
        file.extend(row);
    }
    file
}
