//! Renders one picture after the other in one process, as a service does, and tells what each took.
//!
//! Each line on standard input is one order, `PATH<TAB>OUT_PREFIX<TAB>FORMAT<TAB>QUALITY<TAB>SIZES`,
//! where SIZES are boxes such as `320x320` or `480x`, separated by commas. All of them are rendered
//! from one decode, into files `OUT_PREFIX-320x320.jpg`. Each order is answered by one line of JSON
//! on standard output: what it took, or `{"error":"…"}`. `cargo xtask bench imaging` gives the orders.
#![expect(clippy::print_stdout, reason = "the example's purpose")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufRead as _, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustix::time::{ClockId, clock_gettime};
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::format::OutputFormat;
use thumbgate_core::geometry::WantedBox;
use thumbgate_core::limits::Limits;
use thumbgate_core::object::{ETag, Metadata, ObjectKey, ObjectMeta};
use thumbgate_core::plan::Plan;
use thumbgate_core::port::{ObjectBody, Rendered, Renderer as _};
use thumbgate_core::rendition::{Quality, Rendition, RenditionName};
use thumbgate_imaging::Imaging;
use tokio::runtime::Runtime;

/// What a source is read by, as it is asked for.
const PART: usize = 256 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    for line in io::stdin().lock().lines() {
        let order = Order::parse(&line?)?;
        let (wall, cpu) = (Instant::now(), cpu_time());
        match order.fill(&runtime) {
            Ok(rendered) => {
                let (cpu, wall) = (cpu_time().saturating_sub(cpu), wall.elapsed());
                println!("{}", told(&rendered, cpu, wall));
            }
            Err(error) => println!("{{\"error\":\"{}\"}}", error.to_string().escape_default()),
        }
        io::stdout().flush()?;
    }
    Ok(())
}

/// What is to be rendered, and where to.
struct Order {
    path: String,
    prefix: String,
    sizes: Vec<String>,
    renditions: Vec<Rendition>,
}

impl Order {
    fn parse(line: &str) -> Result<Self, Box<dyn Error>> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [path, prefix, format, quality, sizes] = fields.as_slice() else {
            return Err("an order has five fields".into());
        };
        let format = OutputFormat::from_suffix(&format!("x.{format}")).ok_or("no such format")?;
        let quality = Quality::new(quality.parse()?).ok_or("no such quality")?;
        let sizes: Vec<String> = sizes.split(',').map(str::to_owned).collect();
        let mut renditions = Vec::with_capacity(sizes.len());
        for size in &sizes {
            let (width, height) = size.split_once('x').ok_or("a size is WIDTHxHEIGHT")?;
            let wanted = WantedBox::new(width.parse().ok(), height.parse().ok()).ok_or("a size without sides")?;
            let name = RenditionName::parse(&format!("size-{size}"))?;
            renditions.push(Rendition { format, quality, ..Rendition::new(name, wanted) });
        }
        Ok(Self { path: (*path).to_owned(), prefix: (*prefix).to_owned(), sizes, renditions })
    }

    fn fill(&self, runtime: &Runtime) -> Result<Rendered, Box<dyn Error>> {
        let body = body(&self.path)?;
        let rendered = runtime.block_on(async {
            let limits = Limits::default();
            let picture = Imaging::new().open(body, &limits).await?;
            let plan = Plan::new(picture.info(), &self.renditions, &limits)?;
            picture.render(&plan).await
        })?;
        for (size, output) in self.sizes.iter().zip(&rendered.outputs) {
            fs::write(format!("{}-{size}.{}", self.prefix, output.format.extension()), &output.bytes)?;
        }
        Ok(rendered)
    }
}

/// The file, read part by part when the renderer asks for the next.
fn body(path: impl AsRef<Path>) -> Result<ObjectBody, Box<dyn Error>> {
    let file = File::open(path)?;
    let meta = ObjectMeta {
        key: ObjectKey::parse("file")?,
        size: file.metadata()?.len(),
        etag: ETag::new("\"\""),
        version: None,
        modified: None,
        media_type: None,
        cache_control: None,
        metadata: Metadata::new(),
    };
    let parts = futures_util::stream::unfold(file, |mut file| async {
        let mut part = Vec::with_capacity(PART);
        let limit = u64::try_from(PART).unwrap_or(u64::MAX);
        match io::Read::take(&mut file, limit).read_to_end(&mut part) {
            Ok(0) => None,
            Ok(_) => Some((Ok(Bytes::from(part)), file)),
            Err(error) => Some((Err(StorageError::new(StorageErrorKind::Unavailable, error.to_string())), file)),
        }
    });
    Ok(ObjectBody { meta, bytes: Box::pin(parts) })
}

fn told(rendered: &Rendered, cpu: Duration, wall: Duration) -> String {
    let output_bytes: usize = rendered.outputs.iter().map(|output| output.bytes.len()).sum();
    format!(
        "{{\"cpu_ns\":{},\"wall_ns\":{},\"bytes_read\":{},\"stopped_early\":{},\"output_bytes\":{output_bytes},\"memory_peak\":{}}}",
        cpu.as_nanos(),
        wall.as_nanos(),
        rendered.bytes_read,
        rendered.stopped_early,
        memory_peak().map_or("null".to_owned(), |bytes| bytes.to_string()),
    )
}

/// The CPU time of all threads of this process so far.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// The most memory that this process held at once, in bytes, where the system tells it.
fn memory_peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kib * 1024)
}
