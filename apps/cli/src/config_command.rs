//! `thumbgate config`: check, show, describe.

use thumbgate_config::schema;
use thumbgate_core::object::escape_controls;
use thumbgate_core::port::Renderer as _;
use thumbgate_imaging::Imaging;

use crate::args::{ConfigAction, ConfigArgs};
use crate::console;
use crate::exit::{Exit, Stop};
use crate::wishes;

pub(crate) fn run(args: ConfigArgs) -> Result<Exit, Stop> {
    let text = match args.action {
        ConfigAction::Check(file) => check(&file.config)?,
        ConfigAction::Show(file) => {
            let resolved = wishes::read(&file.config)?.resolved().map_err(Stop::failed)?;
            resolved.trim_end().to_owned()
        }
        ConfigAction::Schema => serde_json::to_string_pretty(&schema()).map_err(std::io::Error::from)?,
    };
    console::print(&text)?;
    Ok(Exit::Done)
}

fn check(path: &str) -> Result<String, Stop> {
    let config = wishes::read(path)?;
    let wrong = |errors| Stop::of_config(&errors, Some(path));
    config.check(Imaging::new().engine_version()).map_err(wrong)?;
    let renditions = config.renditions().map_err(wrong)?;
    for rendition in &renditions {
        if !thumbgate_imaging::can_encode(rendition.format) {
            tracing::warn!("rendition `{}`: this build cannot write {}", rendition.name, rendition.format);
        }
    }
    let names: Vec<_> = renditions.iter().map(|rendition| rendition.name.as_str()).collect();
    let from = config.source().map_err(wrong)?;
    let to = config.destination().map_err(wrong)?;
    Ok(format!("{} is right: {from} -> {to}, renditions {}", escape_controls(path), names.join(", ")))
}
