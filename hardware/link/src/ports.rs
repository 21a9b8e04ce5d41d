//! Which serial ports of this machine are modules.

use neurorack_protocol::usb;
use serialport::{SerialPortInfo, SerialPortType, UsbPortInfo};

use crate::link::Choice;
use crate::problem::Problem;

/// A module that the system knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The port's name, as it is opened: `/dev/ttyACM0`, `COM3`.
    pub port: String,
    /// The module's number, where its USB descriptors tell.
    pub uid: Option<u64>,
}

/// The eight digits that a module is called by, on every host.
#[must_use]
pub fn short_name(uid: u64) -> String {
    format!("{:08X}", usb::short_uid(uid))
}

/// All modules that are plugged in, by the name of their port. Opens none.
///
/// # Errors
///
/// Where this system does not tell which serial ports it has.
pub fn modules() -> Result<Vec<Found>, Problem> {
    // The crate panics on a Linux that shows no devices, as in some containers.
    if cfg!(target_os = "linux") && !std::path::Path::new("/sys/class/tty").is_dir() {
        return Ok(Vec::new());
    }
    let ports = serialport::available_ports().map_err(|error| Problem::NoList { reason: error.to_string() })?;
    Ok(among(&ports))
}

fn among(ports: &[SerialPortInfo]) -> Vec<Found> {
    let mut found: Vec<Found> = ports.iter().filter_map(module).collect();
    found.sort_by(|a, b| a.port.cmp(&b.port));
    found
}

fn module(port: &SerialPortInfo) -> Option<Found> {
    let SerialPortType::UsbPort(usb) = &port.port_type else { return None };
    // macOS shows each port twice; "tty" waits for a carrier that no module has.
    let is_double = port.port_name.starts_with("/dev/tty.");
    let uid = usb.serial_number.as_deref().and_then(|digits| u64::from_str_radix(digits, 16).ok());
    (is_ours(usb) && !is_double).then(|| Found { port: port.port_name.clone(), uid })
}

/// Others use the same numbers, not the same name. Windows tells a name of its own.
fn is_ours(usb: &UsbPortInfo) -> bool {
    let is_named = || [&usb.product, &usb.manufacturer].into_iter().flatten().any(|name| name == usb::NAME);
    (usb.vid, usb.pid) == (usb::VENDOR, usb::PRODUCT) && (cfg!(windows) || is_named())
}

/// The port to open. `known` is the module that was there before: it is found again at another port.
pub(crate) fn choose(choice: &Choice, found: &[Found], known: Option<u64>) -> Result<String, Problem> {
    let again = || found.iter().find(|module| known.is_some() && module.uid == known).map(|module| module.port.clone());
    match choice {
        Choice::Port(path) if cfg!(unix) && !std::path::Path::new(path).exists() => {
            again().ok_or_else(|| Problem::NoPort { port: path.clone() })
        }
        Choice::Port(path) => Ok(path.clone()),
        Choice::Any => match found {
            [] => Err(Problem::NoModule),
            [module] => Ok(module.port.clone()),
            several => again().ok_or_else(|| Problem::Several { found: several.to_vec() }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, vid: u16, product: &str, serial: &str) -> SerialPortInfo {
        let usb = UsbPortInfo {
            vid,
            pid: usb::PRODUCT,
            serial_number: Some(serial.to_owned()),
            manufacturer: None,
            product: Some(product.to_owned()),
        };
        SerialPortInfo { port_name: name.to_owned(), port_type: SerialPortType::UsbPort(usb) }
    }

    #[test]
    fn modules_are_found_by_numbers_and_name_among_other_ports() {
        let ports = [
            port("/dev/ttyACM2", usb::VENDOR, usb::NAME, "000000000000002A"),
            port("/dev/ttyACM0", usb::VENDOR, "Somebody's prototype", "1"),
            port("/dev/ttyACM1", 0x2E8A, usb::NAME, "1"),
            SerialPortInfo { port_name: "/dev/ttyS0".to_owned(), port_type: SerialPortType::Unknown },
            port("/dev/tty.usbmodem1", usb::VENDOR, usb::NAME, "000000000000002B"),
            port("/dev/cu.usbmodem1", usb::VENDOR, usb::NAME, "no number"),
        ];
        let found = |port: &str, uid| Found { port: port.to_owned(), uid };
        assert_eq!(among(&ports), [found("/dev/cu.usbmodem1", None), found("/dev/ttyACM2", Some(42))]);
    }

    #[test]
    fn of_several_modules_the_one_from_before_is_taken_and_otherwise_all_are_named() {
        let found = |port: &str, uid| Found { port: port.to_owned(), uid: Some(uid) };
        let both = [found("/dev/a", 0x1_0000_0002), found("/dev/b", 9)];
        assert_eq!(choose(&Choice::Any, &both, Some(9)), Ok("/dev/b".to_owned()));
        assert_eq!(choose(&Choice::Any, &both[..1], Some(9)), Ok("/dev/a".to_owned()));
        assert_eq!(choose(&Choice::Any, &[], Some(9)), Err(Problem::NoModule));
        let sentence = choose(&Choice::Any, &both, Some(7)).expect_err("which?").to_string();
        assert!(sentence.contains("/dev/a (module 00000003)") && sentence.contains("/dev/b"), "{sentence}");
    }

    #[cfg(unix)]
    #[test]
    fn a_named_port_that_is_gone_is_looked_for_under_its_new_name() {
        let gone = Choice::Port("/no/such/port".to_owned());
        let found = [Found { port: "/dev/ttyACM1".to_owned(), uid: Some(9) }];
        assert_eq!(choose(&gone, &found, Some(9)), Ok("/dev/ttyACM1".to_owned()));
        assert_eq!(choose(&gone, &found, None), Err(Problem::NoPort { port: "/no/such/port".to_owned() }));
    }
}
