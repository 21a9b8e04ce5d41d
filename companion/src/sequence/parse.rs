//! Reading the text of a sequence.

use super::{Ramp, Sequence, Step, Strike};
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;

/// Latest time at which something happens, in seconds: as long as the longest recording.
const LATEST_S: f64 = 600.0;

/// Most lines of a file, and most tracks.
const MAX_LINES: usize = 10_000;
const MAX_TRACKS: usize = 16;

/// Names of columns, besides the time in the first.
const COLUMNS: [&str; 8] = ["track", "f1", "f2", "velocity", "cv1", "cv2", "cv3", "cv4"];

/// Where each thing stands on a line.
struct Columns {
    /// Index of each of [`COLUMNS`].
    places: [Option<usize>; COLUMNS.len()],
    count: usize,
    seconds_per_unit: f64,
}

impl Sequence {
    /// Reads the text of a sequence file.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        ensure!(text.lines().count() <= MAX_LINES, "a sequence has at most {MAX_LINES} lines");
        let lines = text.lines().map(str::trim).enumerate();
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let columns = Columns::read(&mut lines)?;
        let mut tracks: BTreeMap<String, Vec<Step>> = BTreeMap::new();
        for (index, line) in lines {
            let (track, step) = columns.step(line).with_context(|| format!("line {}", index + 1))?;
            tracks.entry(track).or_default().push(step);
        }
        let has_hit = tracks.values().flatten().any(|step| step.hit.is_some());
        ensure!(has_hit, "the sequence has no hit: give it lines with a sound in the column f1");
        ensure!(tracks.len() <= MAX_TRACKS, "{} tracks are more than the {MAX_TRACKS} allowed", tracks.len());
        let mut tracks: Vec<Vec<Step>> = tracks.into_values().collect();
        for steps in &mut tracks {
            steps.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
        }
        Ok(Self { tracks })
    }
}

impl Columns {
    /// Reads the lines up to the heading.
    fn read<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) -> Result<Self> {
        let mut tempo = None;
        for (index, line) in lines {
            let place = || format!("line {}", index + 1);
            match line.split_once(',') {
                Some(("tempo", value)) => {
                    let beats = number(value, "a tempo in beats a minute").with_context(place)?;
                    ensure!(
                        (1.0..=1_000.0).contains(&beats),
                        "line {}: a tempo is 1 to 1000 beats a minute",
                        index + 1
                    );
                    tempo = Some(beats);
                }
                _ => return Self::heading(line, tempo).with_context(place),
            }
        }
        bail!("the sequence is empty: its first line names the columns, such as beat,f1,f2,velocity,cv1")
    }

    fn heading(line: &str, tempo: Option<f64>) -> Result<Self> {
        let names: Vec<&str> = line.split(',').map(str::trim).collect();
        let seconds_per_unit = match (names[0], tempo) {
            ("seconds", _) => 1.0,
            ("beat", Some(beats)) => 60.0 / beats,
            ("beat", None) => bail!("beats need a tempo: write a line such as tempo,96 above"),
            (other, _) => bail!("the first column is seconds or beat, not {other}"),
        };
        if let Some(unknown) = names[1..].iter().find(|name| !COLUMNS.contains(name)) {
            bail!("there is no column {unknown}: {} may follow the time", COLUMNS.join(", "));
        }
        let places = COLUMNS.map(|column| names.iter().position(|name| *name == column));
        ensure!(places[1].is_some(), "the column f1 is missing: it names the sounds");
        Ok(Self { places, count: names.len(), seconds_per_unit })
    }

    /// One line below the heading, and the track it belongs to.
    fn step(&self, line: &str) -> Result<(String, Step)> {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        ensure!(cells.len() <= self.count, "{} values stand under {} columns", cells.len(), self.count);
        let [track, f1, f2, velocity, cv @ ..] =
            self.places.map(|place| place.and_then(|place| cells.get(place)).copied().unwrap_or_default());
        let at_s = number(cells[0], "a time")? * self.seconds_per_unit;
        ensure!((0.0..=LATEST_S).contains(&at_s), "a sequence lasts from 0 to {LATEST_S} seconds");
        let velocity = if velocity.is_empty() { 1.0 } else { number(velocity, "a velocity")? as f32 };
        ensure!((0.0..=1.0).contains(&velocity), "a velocity is 0 to 1");
        let second = if f2.is_empty() { f1 } else { f2 };
        let hit = Strike { f1: f1.to_owned(), f2: second.to_owned(), velocity };
        let mut ramps = [None; 4];
        for (ramp, cell) in ramps.iter_mut().zip(cv) {
            *ramp = self.ramp(cell)?;
        }
        Ok((track.to_owned(), Step { at_s, hit: (!f1.is_empty()).then_some(hit), cv: ramps }))
    }

    /// `VOLTS`, or `FROM>TO/TIME`; nothing where the cell is empty.
    fn ramp(&self, cell: &str) -> Result<Option<Ramp>> {
        if cell.is_empty() {
            return Ok(None);
        }
        let volts = |text: &str| {
            let volts = number(text, "a voltage")? as f32;
            ensure!((-5.0..=5.0).contains(&volts), "an input carries -5 to 5 volts");
            Ok(volts)
        };
        let Some((from, rest)) = cell.split_once('>') else {
            let volts = volts(cell)?;
            return Ok(Some(Ramp { from: volts, to: volts, seconds: 0.0 }));
        };
        let (to, time) = rest.split_once('/').context("a moving voltage is written FROM>TO/TIME, such as -5>5/2")?;
        let seconds = number(time, "a duration")? * self.seconds_per_unit;
        ensure!((0.0..=LATEST_S).contains(&seconds), "a voltage moves within 0 to {LATEST_S} seconds");
        Ok(Some(Ramp { from: volts(from)?, to: volts(to)?, seconds }))
    }
}

fn number(text: &str, what: &str) -> Result<f64> {
    text.trim().parse().with_context(|| format!("{text:?} is not {what}"))
}

#[cfg(test)]
mod tests {
    use super::super::Voltages;
    use super::*;

    #[test]
    fn beats_become_seconds_in_the_order_of_time() {
        let sequence = Sequence::parse("# remark\ntempo,120\nbeat,f1,velocity\n3,B\n\n1,A,0.5\n").unwrap();
        let steps = &sequence.tracks[0];
        assert_eq!(steps.iter().map(|step| step.at_s).collect::<Vec<_>>(), [0.5, 1.5]);
        let strike = Strike { f1: "A".into(), f2: "A".into(), velocity: 0.5 };
        assert_eq!(steps[0].hit, Some(strike));
        assert_eq!(steps[1].hit.as_ref().unwrap().velocity, 1.0);
    }

    #[test]
    fn every_track_is_apart() {
        let sequence = Sequence::parse("seconds,track,f1\n0,a,X\n1,b,Y\n2,a,Z\n").unwrap();
        assert_eq!(sequence.tracks.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn voltages_stay_or_move() {
        let sequence = Sequence::parse("seconds,f1,cv1,cv3\n1,X,-5>5/2,\n4,,1,2.5\n").unwrap();
        let mut voltages = Voltages::default();
        assert_eq!(voltages.at(0.5), [-5.0, 0.0, 0.0, -5.0]);
        voltages.turn(&sequence.tracks[0][0]);
        assert_eq!([1.0, 2.0, 3.5].map(|seconds| voltages.at(seconds)[0]), [-5.0, 0.0, 5.0]);
        voltages.turn(&sequence.tracks[0][1]);
        assert_eq!(voltages.at(4.0), [1.0, 0.0, 2.5, -5.0]);
    }

    #[test]
    fn what_cannot_be_played_is_refused_with_a_sentence() {
        for (text, says) in [
            ("", "empty"),
            ("beat,f1\n0,X", "need a tempo"),
            ("tempo,0\nbeat,f1\n0,X", "1 to 1000"),
            ("bars,f1\n0,X", "seconds or beat"),
            ("seconds,f1,pan\n0,X,1", "no column pan"),
            ("seconds,f2\n0,X", "column f1"),
            ("seconds,f1\n0,", "no hit"),
            ("seconds,f1\n-1,X", "0 to 600"),
            ("seconds,f1\nnan,X", "0 to 600"),
            ("seconds,f1\nsoon,X", "not a time"),
            ("seconds,f1\n0,X,1", "under 2 columns"),
            ("seconds,f1,velocity\n0,X,2", "velocity"),
            ("seconds,f1,cv1\n0,X,7", "-5 to 5"),
            ("seconds,f1,cv1\n0,X,1>2", "FROM>TO/TIME"),
        ] {
            let error = format!("{:#}", Sequence::parse(text).unwrap_err());
            assert!(error.contains(says), "{text:?}: {error}");
        }
    }
}
