//! The zip that Lambda is given: the same bytes from the same files, wherever and whenever.

use std::io::{self, Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Lambda starts the file of this name.
const BINARY: &str = "bootstrap";

/// The function reads the file of this name beside the binary.
const CONFIG: &str = "thumbgate.toml";

/// The archive of a binary and, where there is one, its configuration. Order, times, modes and compression are fixed;
/// nothing of the machine gets in.
///
/// # Errors
/// Nothing that is met in memory.
pub(super) fn zip(binary: &[u8], config: Option<&[u8]>) -> io::Result<Vec<u8>> {
    // Pure Rust compression, so that its output does not depend on the processor either.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let config = config.map(|content| (CONFIG, 0o644, content));
    for (name, mode, content) in [(BINARY, 0o755, binary)].into_iter().chain(config) {
        archive.start_file(name, options.unix_permissions(mode))?;
        archive.write_all(content)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use zip::ZipArchive;

    use super::zip;

    /// Something that compresses like a program: neither all alike nor all random.
    fn stand_in() -> Vec<u8> {
        (0..200_000_u32).flat_map(|number| (number % 1009 * (number % 613)).to_le_bytes()).collect()
    }

    #[test]
    fn packaging_twice_gives_the_same_bytes() {
        let first = zip(&stand_in(), Some(b"[source]\n")).unwrap();
        // The format keeps times in steps of two seconds; ours is none of the clock's at all.
        assert_eq!(first.get(10..14), Some([0, 0, 0x21, 0].as_slice()), "1 January 1980, midnight");
        assert!(first == zip(&stand_in(), Some(b"[source]\n")).unwrap());
        assert!(first != zip(&stand_in(), Some(b"[source] \n")).unwrap());
    }

    #[test]
    fn the_binary_comes_first_and_may_be_run() {
        let bytes = zip(&stand_in(), Some(b"[source]\n")).unwrap();
        assert!(bytes.len() < stand_in().len());
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut found = Vec::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            found.push((file.name().unwrap().into_owned(), file.unix_mode(), content));
        }
        let expected = [("bootstrap", 0o100_755, stand_in()), ("thumbgate.toml", 0o100_644, b"[source]\n".to_vec())];
        assert!(found == expected.map(|(name, mode, content)| (name.to_owned(), Some(mode), content)));
    }
}
