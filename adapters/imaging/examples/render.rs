//! Renders files as a person would try it out, and tells what each took.
//!
//! `cargo run --example render -- IN 320x320 OUT.jpg` writes one thumbnail; without `OUT` it only
//! tells the outcome, the time of each step and (on Linux) the process's peak of memory.
#![expect(clippy::print_stdout, reason = "the example's purpose")]

use std::error::Error;

use bytes::Bytes;
use thumbgate_core::format::OutputFormat;
use thumbgate_core::geometry::WantedBox;
use thumbgate_core::limits::Limits;
use thumbgate_core::object::{ETag, Metadata, ObjectKey, ObjectMeta};
use thumbgate_core::plan::Plan;
use thumbgate_core::port::{ObjectBody, Renderer as _};
use thumbgate_core::rendition::{Rendition, RenditionName};
use thumbgate_imaging::Imaging;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(size)) = (arguments.next(), arguments.next()) else {
        return Err("usage: render IN WIDTHxHEIGHT [OUT]".into());
    };
    let out = arguments.next();
    let sides: Vec<u32> = size.split('x').filter_map(|side| side.parse().ok()).collect();
    let wanted = WantedBox::new(sides.first().copied(), sides.get(1).copied()).ok_or("no size")?;
    let format = out.as_deref().and_then(OutputFormat::from_suffix).unwrap_or(OutputFormat::Jpeg);
    let rendition = Rendition { format, ..Rendition::new(RenditionName::parse("example")?, wanted) };
    let content = std::fs::read(file)?;
    let meta = ObjectMeta {
        key: ObjectKey::parse("file")?,
        size: u64::try_from(content.len())?,
        etag: ETag::new("\"\""),
        version: None,
        modified: None,
        media_type: None,
        cache_control: None,
        metadata: Metadata::new(),
    };
    let content = Bytes::from(content);
    let starts = (0..content.len()).step_by(256 * 1024);
    let parts: Vec<_> = starts.map(|at| Ok(content.slice(at..content.len().min(at + 256 * 1024)))).collect();
    let body = ObjectBody { meta, bytes: Box::pin(futures_util::stream::iter(parts)) };
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let rendered = runtime.block_on(async {
        let limits = Limits::default();
        let picture = Imaging::new().open(body, &limits).await?;
        println!("{:?}", picture.info());
        let plan = Plan::new(picture.info(), &[rendition], &limits)?;
        picture.render(&plan).await
    });
    match &rendered {
        Ok(rendered) => println!("{:?} {:?}", rendered.outputs, rendered.timings),
        Err(error) => println!("refused: {error}"),
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default());
    }
    if let (Ok(rendered), Some(out)) = (rendered, out) {
        let output = rendered.outputs.first().ok_or("no output")?;
        std::fs::write(out, &output.bytes)?;
    }
    Ok(())
}
