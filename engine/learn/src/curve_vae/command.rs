//! `neurorack-train map`: from a folder of recordings to a map file.

use std::path::PathBuf;

use neurorack_engine::models::curve_vae::CurveVae;

use super::batch::{balance, normalisation, outline};
use super::export::{Export, Label};
use super::map::Layout;
use super::scores::{self, Scores};
use super::train::{Options, train};
use crate::data::{self, Hit, Split};

/// Learn the map of a folder's sounds: a small autoencoder of their descriptor curves, minutes on one core.
#[derive(Debug, clap::Args)]
pub struct MapArguments {
    /// Folder of recordings, with a manifest.csv (columns file, split, category, licence …) or without.
    #[arg(long)]
    data: PathBuf,
    /// Licence tiers (first folder of the manifest's paths) to train on, comma-separated; all when left out.
    #[arg(long, value_delimiter = ',')]
    tiers: Vec<String>,
    /// How long the training may take.
    #[arg(long, default_value_t = 8.0, value_parser = minutes)]
    minutes: f64,
    /// Weight of the prior: more makes a smoother map, less truer curves.
    #[arg(long, default_value_t = Options::default().beta)]
    beta: f64,
    /// Seed of weights, batches and draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Name of the map.
    #[arg(long, default_value = "Impacts map")]
    name: String,
    /// Version of the map.
    #[arg(long, default_value = "1")]
    map_version: String,
    /// Licence of the map, as an SPDX expression.
    #[arg(long, default_value = "CC-BY-4.0")]
    licence: String,
    /// Where the map goes.
    #[arg(short, long)]
    out: PathBuf,
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(minutes) if (0.01..=600.0).contains(&minutes) => Ok(minutes),
        _ => Err("give minutes, such as 8".into()),
    }
}

/// Runs the command. `commit` is that of the code, for the card.
///
/// # Errors
/// When the folder has no usable recording or the map cannot be written; the message says what to do.
pub fn run(arguments: &MapArguments, commit: String) -> Result<(), Box<dyn std::error::Error>> {
    let entries = data::list(&arguments.data, &arguments.tiers)?;
    println!("reading recordings");
    let (hits, mut skipped) = data::load(&arguments.data, &entries, Split::Train)?;
    let mut held_out = Vec::new();
    for split in [Split::Valid, Split::Test] {
        // A small folder may have nothing to hold out.
        let (more, why) = data::load(&arguments.data, &entries, split).unwrap_or_default();
        held_out.push(more);
        skipped.extend(why);
    }
    for why in &skipped {
        println!("skipped {why}");
    }
    let curves: Vec<_> = hits.iter().map(|hit| outline(&hit.curve)).collect();
    let watched: Vec<_> = held_out[0].iter().map(|hit| outline(&hit.curve)).collect();
    let weights = balance(&hits);
    let scale = normalisation(&curves);
    let options =
        Options { seconds: 60.0 * arguments.minutes, beta: arguments.beta, seed: arguments.seed, ..Options::default() };
    let trained = train(&options, &curves, &weights, &watched, &scale, |line| println!("{line}"));

    println!("laying out the map");
    let label = Label {
        name: arguments.name.clone(),
        version: arguments.map_version.clone(),
        licence: arguments.licence.clone(),
        commit,
        command: format!(
            "neurorack-train map --data impacts --tiers {} --minutes {} --seed {}",
            arguments.tiers.join(","),
            arguments.minutes,
            arguments.seed
        ),
    };
    let export =
        Export::new(&trained.network, trained.steps, &scale, (&hits, &curves, &weights), Layout::default(), &label);
    let map = CurveVae::parse(&export.bytes(Scores::new()))?;
    let error = map.verify()?;

    let unseen: Vec<&Hit> = held_out.iter().flatten().collect();
    let mut measured = Scores::new();
    let mut add = |part: &str, scores: Scores| {
        measured.extend(
            scores
                .into_iter()
                .filter(|score| score.1.is_finite())
                .map(|(name, value)| (format!("{part}_{name}"), value)),
        );
    };
    let unseen_points: Vec<_> = unseen.iter().map(|hit| map.encode(&hit.curve)).collect();
    let unseen_outlines: Vec<_> = unseen.iter().map(|hit| outline(&hit.curve)).collect();
    if unseen.len() > 2 {
        let curves: Vec<_> = unseen.iter().map(|hit| &hit.curve).collect();
        add("held_out", scores::reconstruction(&map, &curves));
        add("held_out_map", scores::neighbours(&map, &unseen_points, &unseen_outlines, &scale));
        add("between", scores::interpolation(&map, &unseen_points, &scale));
    }
    add("invented", scores::invention(&map));
    add("map", scores::neighbours(&map, &export.points, &curves, &scale));
    add("map", scores::plane(&map));
    let recorded: Vec<_> = hits.iter().map(|hit| hit.curve.clone()).collect();
    for (name, value) in scores::impacts(&recorded) {
        println!("recorded_{name:<32} {value:9.4}");
    }
    measured.insert("used_dimensions".into(), scores::used_dimensions(&export.points) as f64);
    for (name, value) in &measured {
        println!("{name:<40} {value:9.4}");
    }
    let bytes = export.bytes(measured);
    CurveVae::parse(&bytes)?;
    std::fs::write(&arguments.out, &bytes)
        .map_err(|why| format!("cannot write {}: {why}; does its folder exist?", arguments.out.display()))?;
    println!("{}: {} bytes; the engine follows burn to {error:.1e}", arguments.out.display(), bytes.len());
    Ok(())
}
