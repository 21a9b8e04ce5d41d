//! A calibration of the module in words.

use neurorack_protocol::CV_INPUTS;
use neurorack_protocol::host::{Measured, Reference};

/// What became of each input at a voltage, in a sentence or two.
#[must_use]
pub fn became(reference: Reference, measured: [Measured; CV_INPUTS]) -> String {
    let names = |wanted: fn(&Measured) -> bool| {
        let names = (1..).zip(&measured).filter(|(_, measured)| wanted(measured)).map(|(number, _)| number.to_string());
        names.collect::<Vec<_>>().join(", ")
    };
    let volts = reference.volts();
    let taken = names(|measured| *measured == Measured::Taken);
    let mut sentence = if taken.is_empty() {
        format!("No input reads {volts:+.0} V. ")
    } else {
        format!("Measured at {volts:+.0} V: CV {taken}. ")
    };
    for (number, measured) in (1..).zip(&measured) {
        match measured {
            Measured::Moving(by) => {
                sentence += &format!("CV {number} moved by {:.0} mV: wait until it stands. ", by * 1e3);
            }
            Measured::Elsewhere(reads) if taken.is_empty() => sentence += &format!("CV {number} reads {reads:.2} V. "),
            Measured::Elsewhere(_) | Measured::Taken => {}
        }
    }
    sentence.truncate(sentence.trim_end().len());
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_the_inputs_is_said_in_few_words() {
        use Measured::{Elsewhere, Moving, Taken};
        let says = became(Reference::Low, [Taken, Elsewhere(0.0), Moving(0.13), Taken]);
        assert_eq!(says, "Measured at -5 V: CV 1, 4. CV 3 moved by 130 mV: wait until it stands.");
        let says = became(Reference::High, [Elsewhere(0.004), Elsewhere(-0.2), Elsewhere(0.0), Elsewhere(4.0)]);
        assert!(
            says.starts_with("No input reads +5 V. CV 1 reads 0.00 V.") && says.contains("CV 4 reads 4.00 V."),
            "{says}"
        );
    }
}
