//! `thumbgate inspect`: what a picture is, and what a thumbnail of it will cost.

use serde::Serialize;
use thumbgate_core::geometry::WantedBox;
use thumbgate_core::limits::Limits;
use thumbgate_core::plan::Plan;
use thumbgate_core::port::{ImageInfo, Renderer as _};
use thumbgate_core::rendition::{Rendition, RenditionName};
use thumbgate_core::shrink::Shrink;
use thumbgate_imaging::Imaging;

use crate::args::InspectArgs;
use crate::console;
use crate::exit::{Exit, Stop};
use crate::report::bytes_shown;
use crate::single::{Place, Trouble};
use crate::stores::Stores;

/// The thumbnail whose cost is told.
const SIDE: u32 = 320;

/// One line of `--json`.
#[derive(Debug, Serialize)]
struct Line {
    source: String,
    bytes: u64,
    format: &'static str,
    /// Upright, as every thumbnail is made.
    width: u32,
    height: u32,
    stored_width: u32,
    stored_height: u32,
    megapixels: f64,
    orientation: u8,
    colour: &'static str,
    bit_depth: u8,
    alpha: bool,
    icc_profile: bool,
    progressive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    frames: Option<u32>,
    cost: Cost,
}

/// What a 320x320 thumbnail takes.
#[derive(Debug, Serialize)]
struct Cost {
    decode_bytes: u64,
    memory_bytes: u64,
    within_limits: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<String>,
}

/// One line of `--json` of what cannot be inspected.
#[derive(Debug, Serialize)]
struct ErrorLine {
    source: String,
    error: ErrorBody,
}

#[derive(Debug, Serialize)]
struct ErrorBody {
    kind: &'static str,
    message: String,
}

pub(crate) async fn run(args: InspectArgs) -> Result<Exit, Stop> {
    let stores = Stores::new(&args.s3);
    let mut exit = Exit::Done;
    for (index, input) in args.inputs.iter().enumerate() {
        let place = Place::parse(input)?;
        match inspect(&place, &stores).await {
            Ok(line) if args.json => print_json(&line)?,
            Ok(line) => {
                if index > 0 {
                    console::print("")?;
                }
                console::print(&prose(&place, &line))?;
            }
            Err(Trouble::Stop(stop)) => return Err(stop),
            Err(Trouble::Failed(failure)) => {
                exit = Exit::SomeFailed;
                if args.json {
                    let error = ErrorBody { kind: failure.kind().as_str(), message: failure.message().to_owned() };
                    print_json(&ErrorLine { source: place.name(), error })?;
                }
                tracing::error!("`{place}`: {failure}");
            }
        }
    }
    Ok(exit)
}

fn print_json(line: &impl Serialize) -> Result<(), Stop> {
    console::print(&serde_json::to_string(line).map_err(std::io::Error::from)?)?;
    Ok(())
}

async fn inspect(place: &Place, stores: &Stores) -> Result<Line, Trouble> {
    // Only the header is read, so a picture over the limits can be told about without danger.
    let boundless =
        Limits { source_bytes: u64::MAX, source_pixels: u64::MAX, source_side: u32::MAX, ..Limits::default() };
    let read = Limits::default();
    let body = place.open(stores, &read).await?;
    let bytes = body.meta.size;
    let picture = Imaging::new().open(body, &boundless).await?;
    Ok(line(place, bytes, picture.info()))
}

fn line(place: &Place, bytes: u64, info: &ImageInfo) -> Line {
    let upright = info.upright();
    Line {
        source: place.name(),
        bytes,
        format: info.format.as_str(),
        width: upright.width(),
        height: upright.height(),
        stored_width: info.stored.width(),
        stored_height: info.stored.height(),
        megapixels: megapixels(info),
        orientation: info.orientation.exif(),
        colour: info.colour.as_str(),
        bit_depth: info.bit_depth,
        alpha: info.alpha,
        icc_profile: info.icc_profile,
        progressive: info.progressive,
        frames: info.frames,
        cost: cost(info, bytes),
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
fn megapixels(info: &ImageInfo) -> f64 {
    (info.stored.pixels() as f64 / 10_000.0).round() / 100.0
}

fn cost(info: &ImageInfo, bytes: u64) -> Cost {
    let limits = Limits::default();
    let thumbnail = RenditionName::parse("thumbnail").ok().zip(WantedBox::new(Some(SIDE), Some(SIDE)));
    let thumbnail = thumbnail.map(|(name, wanted)| Rendition::new(name, wanted));
    let boundless = Limits { source_pixels: u64::MAX, source_side: u32::MAX, memory: u64::MAX, ..limits.clone() };
    let plan = Plan::new(info, thumbnail.as_slice(), &boundless);
    let shrink = plan.as_ref().map_or(Shrink::One, Plan::shrink);
    let over = match Plan::new(info, thumbnail.as_slice(), &limits) {
        Err(error) => Some(error.to_string()),
        Ok(_) if bytes > limits.source_bytes => Some("over a limit: longer than limits.source_bytes".to_owned()),
        Ok(_) => None,
    };
    Cost {
        decode_bytes: info.decode_bytes.at(shrink),
        memory_bytes: plan.map_or(info.decode_bytes.at(shrink), |plan| plan.memory()),
        within_limits: over.is_none(),
        limit: over,
    }
}

fn prose(place: &Place, line: &Line) -> String {
    let mut kind = vec![line.format.to_owned()];
    if line.progressive {
        kind.push(if line.format == "jpeg" { "progressive" } else { "interlaced" }.to_owned());
    }
    match line.frames {
        Some(1) => {}
        Some(frames) => kind.push(format!("{frames} frames, the first is used")),
        None => kind.push("perhaps animated, the first frame is used".to_owned()),
    }
    let turned = match line.orientation {
        1 => String::new(),
        value => {
            format!(", stored as {}x{} with EXIF orientation {value}", line.stored_width, line.stored_height)
        }
    };
    let alpha = if line.alpha { " with transparency" } else { "" };
    let profile = if line.icc_profile { "embedded profile" } else { "no profile, taken as sRGB" };
    let verdict = line.cost.limit.as_deref().map_or_else(
        || "within the default limits".to_owned(),
        |limit| format!("refused by the default limits: {limit}"),
    );
    [
        format!("{place}"),
        format!("  format  {}", kind.join(", ")),
        format!("  size    {}x{} ({:.2} megapixels{turned})", line.width, line.height, line.megapixels),
        format!("  colour  {} at {} bits a channel{alpha}, {profile}", line.colour, line.bit_depth),
        format!("  bytes   {}", bytes_shown(line.bytes)),
        format!(
            "  cost    about {} of memory for a {SIDE}x{SIDE} thumbnail; {verdict}",
            bytes_shown(line.cost.memory_bytes)
        ),
    ]
    .join("\n")
}
