//! Programs that must be there before tests can run, and how to get them.

use std::path::Path;
use std::process::{Command, Stdio};

use thiserror::Error;

/// Something the machine must offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prerequisite {
    /// Python with the modules that make a virtual environment.
    Python,
    /// A C compiler: libwebp is built from its C sources.
    CCompiler,
    /// Node with npm.
    #[cfg_attr(not(any(feature = "bench", test)), expect(dead_code, reason = "only benches need it"))]
    Node,
    /// What compiles AWS's Lambda client for Node.
    #[cfg_attr(not(any(feature = "bench", test)), expect(dead_code, reason = "only benches need it"))]
    NativeModules,
    /// libvips as a program.
    #[cfg_attr(not(any(feature = "bench", test)), expect(dead_code, reason = "only benches need it"))]
    Vips,
    /// libjpeg-turbo as a program.
    #[cfg_attr(not(any(feature = "bench", test)), expect(dead_code, reason = "only benches need it"))]
    Djpeg,
    /// Photographs that every distribution of KDE brings.
    #[cfg_attr(not(any(feature = "bench", test)), expect(dead_code, reason = "only benches need it"))]
    Wallpapers,
}

/// Where the wallpapers are.
pub(crate) const WALLPAPERS: &str = "/usr/share/wallpapers";

/// Something is missing; the text holds the line that installs it.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{missing} is missing: {purpose}; install with:\n    {install}")]
pub(crate) struct MissingError {
    missing: &'static str,
    purpose: &'static str,
    install: &'static str,
}

/// The ways to install a package that are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PackageManager {
    Apt,
    Dnf,
    Apk,
    Brew,
    Unknown,
}

impl Prerequisite {
    /// Looks for it.
    ///
    /// # Errors
    /// It is not there, or does not run.
    pub(crate) fn check(self) -> Result<(), MissingError> {
        let found = match self {
            // Debian ships python3 without ensurepip, and says so only when a venv is made.
            Self::Python => runs("python3", &["-c", "import venv, ensurepip"]),
            Self::CCompiler => {
                // The `cc` crate, which builds libwebp, looks at CC first. It may hold arguments.
                let chosen = std::env::var("CC").unwrap_or_default();
                let chosen = chosen.split_whitespace().next().unwrap_or("cc");
                runs(chosen, &["--version"])
            }
            Self::Node => runs("node", &["--version"]) && runs("npm", &["--version"]),
            Self::NativeModules => ["cmake", "autoconf", "automake", "libtoolize", "make", "g++"]
                .into_iter()
                .all(|program| runs(program, &["--version"])),
            Self::Vips => runs("vipsthumbnail", &["--vips-version"]),
            Self::Djpeg => on_path("djpeg"),
            Self::Wallpapers => Path::new(WALLPAPERS).join("EveningGlow/contents/images").is_dir(),
        };
        if found {
            return Ok(());
        }
        let is_on_path = |program: &str| on_path(program);
        Err(self.missing(PackageManager::detect(is_on_path)))
    }

    fn missing(self, manager: PackageManager) -> MissingError {
        let (missing, purpose) = match self {
            Self::Python => {
                ("python3 with its venv module", "the S3 API that tests talk to (MiniStack) is a Python program")
            }
            Self::CCompiler => ("a C compiler (`cc`)", "libwebp is built from C"),
            Self::Node => ("node with npm", "some of what is measured with are npm packages"),
            Self::NativeModules => {
                ("cmake, autoconf, automake, libtool, make or g++", "AWS's Lambda client for Node is compiled")
            }
            Self::Vips => ("vipsthumbnail", "it is what the renderer is measured against"),
            Self::Djpeg => ("djpeg", "it shows what libjpeg-turbo alone takes"),
            Self::Wallpapers => ("the folder of KDE's wallpapers", "the sources of the bench are made of them"),
        };
        MissingError { missing, purpose, install: self.install_line(manager) }
    }

    fn install_line(self, manager: PackageManager) -> &'static str {
        use PackageManager::{Apk, Apt, Brew, Dnf, Unknown};
        match (self, manager) {
            (Self::Python, Apt) => "sudo apt-get install python3 python3-venv",
            (Self::Python, Dnf) => "sudo dnf install python3 python3-pip",
            (Self::Python, Apk) => "sudo apk add python3 py3-pip",
            (Self::Python, Brew) => "brew install python",
            (Self::Python, Unknown) => "(your system's package of Python 3.10 or newer)",
            (Self::CCompiler, Apt) => "sudo apt-get install build-essential",
            (Self::CCompiler, Dnf) => "sudo dnf install gcc make",
            (Self::CCompiler, Apk) => "sudo apk add build-base",
            (Self::CCompiler, Brew) => "xcode-select --install",
            (Self::Node, Apt) => "sudo apt-get install nodejs npm",
            (Self::Node, Dnf) => "sudo dnf install nodejs npm",
            (Self::Node, Apk) => "sudo apk add nodejs npm",
            (Self::Node, Brew) => "brew install node",
            (Self::Node, Unknown) => "(your system's package of Node.js 20 or newer)",
            (Self::NativeModules, Apt) => "sudo apt-get install cmake autoconf automake libtool make g++",
            (Self::NativeModules, Dnf) => "sudo dnf install cmake autoconf automake libtool make gcc-c++",
            (Self::NativeModules, Apk) => "sudo apk add cmake autoconf automake libtool make g++",
            (Self::NativeModules, Brew) => "brew install cmake autoconf automake libtool",
            (Self::NativeModules, Unknown) => "(your system's packages of them)",
            (Self::Vips, Apt) => "sudo apt-get install libvips-tools",
            (Self::Vips, Dnf) => "sudo dnf install vips-tools",
            (Self::Vips, Apk) => "sudo apk add vips-tools",
            (Self::Vips, Brew) => "brew install vips",
            (Self::Vips, Unknown) => "(your system's package of libvips's programs)",
            (Self::Djpeg, Apt) => "sudo apt-get install libjpeg-turbo-progs",
            (Self::Djpeg, Dnf) => "sudo dnf install libjpeg-turbo-utils",
            (Self::Djpeg, Apk) => "sudo apk add libjpeg-turbo-utils",
            (Self::Djpeg, Brew) => "brew install jpeg-turbo",
            (Self::Djpeg, Unknown) => "(your system's package of libjpeg-turbo's programs)",
            (Self::Wallpapers, Apt) => "sudo apt-get install plasma-workspace-wallpapers",
            (Self::Wallpapers, Dnf) => "sudo dnf install plasma-workspace-wallpapers",
            (Self::Wallpapers, Apk) => "sudo apk add plasma-workspace-wallpapers",
            (Self::Wallpapers, Brew | Unknown) => {
                "(the folder /usr/share/wallpapers of KDE's plasma-workspace-wallpapers)"
            }
            (Self::CCompiler, Unknown) => "(your system's package of gcc or clang)",
        }
    }
}

impl PackageManager {
    /// The first of the known ones whose program is there.
    fn detect(is_there: impl Fn(&str) -> bool) -> Self {
        [("apt-get", Self::Apt), ("dnf", Self::Dnf), ("apk", Self::Apk), ("brew", Self::Brew)]
            .into_iter()
            .find(|(program, _)| is_there(program))
            .map_or(Self::Unknown, |(_, manager)| manager)
    }
}

fn runs(program: &str, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| is_file_in(&folder, program))
}

fn is_file_in(folder: &Path, program: &str) -> bool {
    folder.join(program).is_file()
}

#[cfg(test)]
mod tests {
    use super::{PackageManager, Prerequisite};

    #[test]
    fn the_install_line_is_that_of_the_machine() {
        let cases = [
            ("apt-get", "sudo apt-get install python3 python3-venv"),
            ("dnf", "sudo dnf install python3 python3-pip"),
            ("apk", "sudo apk add python3 py3-pip"),
            ("brew", "brew install python"),
        ];
        for (program, line) in cases {
            let manager = PackageManager::detect(|asked| asked == program);
            let told = Prerequisite::Python.missing(manager).to_string();
            assert!(told.ends_with(line), "{told}");
        }
    }

    #[test]
    fn an_unknown_machine_still_gets_an_answer() {
        let manager = PackageManager::detect(|_| false);
        let told = Prerequisite::CCompiler.missing(manager).to_string();
        assert!(told.contains("gcc or clang"), "{told}");
        let told = Prerequisite::NativeModules.missing(manager).to_string();
        assert!(told.starts_with("cmake, ") && told.ends_with("packages of them)"), "{told}");
        let told = Prerequisite::Node.missing(manager).to_string();
        assert!(Prerequisite::Vips.missing(PackageManager::Apt).to_string().ends_with("libvips-tools"));
        assert!(Prerequisite::Djpeg.missing(PackageManager::Apt).to_string().ends_with("libjpeg-turbo-progs"));
        assert!(Prerequisite::Wallpapers.missing(manager).to_string().ends_with("plasma-workspace-wallpapers)"));
        assert!(told.starts_with("node with npm is missing") && told.contains("Node.js 20"), "{told}");
    }
}
