//! Why nothing is heard from a module, and what to do.

use neurorack_protocol::Mismatch;
use serialport::ErrorKind;

use crate::ports::{Found, short_name};

/// Why there is no talk with a module. Each is a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// No module is plugged in.
    #[error("no module found: is its USB cable in, and is it a cable that carries data?")]
    NoModule,
    /// More than one is, and none was chosen.
    #[error("several modules are plugged in, choose one by its port: {}", list(found))]
    Several {
        /// All of them.
        found: Vec<Found>,
    },
    /// There is no port of that name.
    #[error("there is no port {port}: is the module's cable in? `neurorack module list` names the ports with modules")]
    NoPort {
        /// Its name.
        port: String,
    },
    /// Another program has the port.
    #[error(
        "another program uses {port}: close it (a page that is connected, a second neurorack, ModemManager just after the \
         module was plugged in)"
    )]
    Busy {
        /// Its name.
        port: String,
    },
    /// The system lets this user not open the port.
    #[error("you may not open {port}: {}", PERMISSION)]
    NotAllowed {
        /// Its name.
        port: String,
    },
    /// That is no serial port.
    #[error("{port} is no serial port: `neurorack module list` names the ports with modules")]
    NotSerial {
        /// Its name.
        port: String,
    },
    /// Opening failed in another way.
    #[error("cannot open {port}: {reason}")]
    NotOpened {
        /// Its name.
        port: String,
        /// What the system says.
        reason: String,
    },
    /// The system does not tell its ports.
    #[error("this system does not say which serial ports it has ({reason}): name the module's port")]
    NoList {
        /// What the system says.
        reason: String,
    },
    /// The port was open and is gone.
    #[error("the module's cable was pulled: plug it in again, it is looked for")]
    Unplugged,
    /// What is at the port does not answer as a module does.
    #[error(
        "what is at {port} does not answer as a Neurorack module does: choose another port, or hold the module's BOOT button \
         while plugging it in and give it the firmware"
    )]
    Stranger {
        /// Its name.
        port: String,
    },
    /// The module speaks another protocol.
    #[error("{0}")]
    Version(Mismatch),
    /// The module says nothing any more, though its port is open.
    #[error("the module says nothing any more: pull its cable and plug it in again")]
    Silent,
}

/// How a user comes to be let in.
const PERMISSION: &str = if cfg!(target_os = "linux") {
    "run `sudo usermod -a -G dialout $USER` (the group is `uucp` on Arch) and log in again, or install the udev rule beside \
     hardware/link/README.md"
} else {
    "run this program as a user who may use serial ports"
};

fn list(found: &[Found]) -> String {
    let one = |module: &Found| match module.uid {
        Some(uid) => format!("{} (module {})", module.port, short_name(uid)),
        None => module.port.clone(),
    };
    found.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl Problem {
    /// Why a port was not opened.
    pub(crate) fn opening(port: &str, error: &serialport::Error) -> Self {
        let (port, reason) = (port.to_owned(), error.to_string());
        match error.kind() {
            ErrorKind::NoDevice if reason.contains("busy") || reason.contains("lock") => Self::Busy { port },
            ErrorKind::Io(std::io::ErrorKind::PermissionDenied) => Self::NotAllowed { port },
            ErrorKind::NoDevice | ErrorKind::Io(std::io::ErrorKind::NotFound) => Self::NoPort { port },
            // What Unix calls "not a typewriter" answers no question of a serial port.
            _ if reason.contains("typewriter") || reason.contains("directory") => Self::NotSerial { port },
            _ => Self::NotOpened { port, reason },
        }
    }

    /// Whether the reason is merely that nothing is there: it does not replace a better one.
    pub(crate) fn is_absence(&self) -> bool {
        matches!(self, Self::NoModule | Self::NoPort { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serialport::Error;

    #[test]
    fn each_way_in_which_opening_fails_has_its_sentence() {
        let io = |kind| ErrorKind::Io(kind);
        let cases = [
            (ErrorKind::NoDevice, "Device or resource busy", "another program uses /dev/x"),
            (ErrorKind::NoDevice, "Unable to acquire exclusive lock on serial port", "another program uses /dev/x"),
            (io(std::io::ErrorKind::PermissionDenied), "Permission denied", "you may not open /dev/x: run "),
            (io(std::io::ErrorKind::NotFound), "No such file or directory", "there is no port /dev/x"),
            (ErrorKind::Unknown, "Not a typewriter", "/dev/x is no serial port"),
            (ErrorKind::Unknown, "Is a directory", "/dev/x is no serial port"),
            (ErrorKind::Unknown, "Protocol error", "cannot open /dev/x: Protocol error"),
        ];
        for (kind, reason, wanted) in cases {
            let sentence = Problem::opening("/dev/x", &Error::new(kind, reason)).to_string();
            assert!(sentence.starts_with(wanted), "{reason}: {sentence}");
        }
    }
}
