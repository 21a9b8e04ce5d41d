//! `neurorack map`: where a sound lies on the map of sounds.

use crate::bank_file::BankArgument;
use crate::map_file::MapArgument;
use crate::{files, sounds};
use anyhow::{Context, Result};
use serde::Serialize;
use std::fmt::Write;

/// Factory sounds that are named.
const NEAREST: usize = 5;

/// Find a sound's place on the map of sounds, and the factory sounds nearest to it.
///
/// The map reaches from -1 to 1 both ways: brighter sounds lie to the right, longer ones towards the top. `render --at X,Y`
/// plays a place.
#[derive(Debug, clap::Args)]
pub(crate) struct Map {
    #[command(flatten)]
    bank: BankArgument,
    #[command(flatten)]
    map: MapArgument,
    /// A sound file (its first impact), a curve file (.json), or a factory sound by name or number.
    #[arg(value_name = "NAME|FILE")]
    sound: String,
    /// Write JSON, for a program.
    #[arg(long)]
    json: bool,
}

/// The answer.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    sound: &'a str,
    /// In `[-1, 1]²`.
    place: [f32; 2],
    latent: [f32; 8],
    /// How far the sound is from the sound of its place; 1 is the distance of two sounds taken at random.
    distance: f32,
    nearest: Vec<Neighbour<'a>>,
}

#[derive(Debug, Serialize)]
struct Neighbour<'a> {
    name: &'a str,
    place: [f32; 2],
    distance: f32,
}

impl Map {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let bank = self.bank.open()?;
        let map = self.map.open()?;
        let latent = map.encode(&sounds::find(&bank, &self.sound)?);
        let mut nearest: Vec<Neighbour<'_>> = bank
            .factory()
            .iter()
            .zip(&bank.card().factory)
            .map(|(curve, card)| {
                let other = map.encode(curve);
                Neighbour { name: &card.name, place: map.place(&other), distance: map.distance(&latent, &other) }
            })
            .collect();
        nearest.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        nearest.truncate(NEAREST);
        let place = map.place(&latent);
        let distance = map.distance(&latent, &map.at(place));
        let answer = Answer { sound: &self.sound, place, latent, distance, nearest };
        if self.json {
            let json = serde_json::to_string_pretty(&answer).context("the answer cannot be written as JSON")?;
            files::print(&(json + "\n"))
        } else {
            files::print(&text(&answer))
        }
    }
}

/// The answer for a person to read.
fn text(answer: &Answer<'_>) -> String {
    let [x, y] = answer.place;
    let mut text = format!("{} lies at {x:.3},{y:.3}\n\nNearest factory sounds\n", answer.sound);
    for Neighbour { name, place: [x, y], distance } in &answer.nearest {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {name:<24} at {x:>6.3},{y:>6.3}  distance {distance:.2}");
    }
    text
}
