//! Signals: what asks the command to stop, and what must not kill it.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::{Exit, Stop};

/// `SIGXFSZ`: a write went over the file-size limit. Its default is death; once it is listened
/// to, the write fails with `EFBIG` instead and is a failed item.
const FILE_SIZE: i32 = 25;

/// Waits for a request to stop: Ctrl-C, a termination, a closed terminal.
#[derive(Debug)]
pub(crate) struct Interrupt {
    signals: Option<[Signal; 3]>,
    _file_size: Option<Signal>,
}

impl Interrupt {
    /// Listens from now on; within a runtime.
    pub(crate) fn listen() -> Self {
        let listen = |kind| signal(kind).ok();
        let signals = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let [a, b, c] = signals.map(listen);
        Self {
            signals: a.zip(b).zip(c).map(|((a, b), c)| [a, b, c]),
            _file_size: listen(SignalKind::from_raw(FILE_SIZE)),
        }
    }

    /// Returns at the first signal; never where signals cannot be listened to, because then their
    /// defaults hold.
    pub(crate) async fn wait(&mut self) {
        match &mut self.signals {
            Some([a, b, c]) => {
                tokio::select! {
                    _ = a.recv() => {}
                    _ = b.recv() => {}
                    _ = c.recv() => {}
                }
            }
            None => std::future::pending().await,
        }
    }
}

/// Runs the work until it is done or a signal asks to stop; the work is dropped then.
pub(crate) async fn unless_interrupted(work: impl Future<Output = Result<Exit, Stop>>) -> Result<Exit, Stop> {
    let mut interrupt = Interrupt::listen();
    tokio::select! {
        result = work => result,
        () = interrupt.wait() => Err(Stop::interrupted()),
    }
}
