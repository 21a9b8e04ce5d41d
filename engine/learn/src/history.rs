//! The course of a training run: `loss.csv` for programs and `loss.svg` to look at.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

const TABLE: &str = "loss.csv";
const PICTURE: &str = "loss.svg";
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 46.0;
/// Most points of the drawn line; neighbours are averaged beyond.
const MOST_POINTS: usize = 600;

/// A moment of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Steps done.
    pub step: usize,
    /// Mean loss of the batches since the moment before.
    pub loss: f32,
    /// Learning rate.
    pub rate: f64,
    /// Seconds a step.
    pub seconds_a_step: f64,
    /// Loss on the validation recordings, at checkpoints.
    pub validation_loss: Option<f32>,
}

/// The moments of a run, kept in the run's folder.
#[derive(Debug)]
pub struct History {
    folder: PathBuf,
    moments: Vec<Moment>,
}

impl History {
    /// The history in `folder` up to `step`, where a resumed run goes on; later moments are forgotten.
    ///
    /// # Errors
    /// When the folder cannot be written. A damaged table is begun anew.
    pub fn open(folder: &Path, step: usize) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let moments = match csv::Reader::from_path(folder.join(TABLE)) {
            Ok(mut table) => table.deserialize().map_while(Result::ok).collect(),
            Err(_) => Vec::new(),
        };
        let mut history = Self { folder: folder.to_path_buf(), moments };
        history.moments.retain(|moment| moment.step <= step);
        let mut table = csv::Writer::from_path(folder.join(TABLE))?;
        if history.moments.is_empty() {
            table.write_record(["step", "loss", "rate", "seconds_a_step", "validation_loss"])?;
        }
        for moment in &history.moments {
            table.serialize(moment)?;
        }
        table.flush()?;
        Ok(history)
    }

    /// The moments, oldest first.
    pub fn moments(&self) -> &[Moment] {
        &self.moments
    }

    /// Appends a moment to the table.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub fn add(&mut self, moment: Moment) -> std::io::Result<()> {
        self.moments.push(moment);
        let file = std::fs::OpenOptions::new().append(true).open(self.folder.join(TABLE))?;
        let mut table = csv::WriterBuilder::new().has_headers(false).from_writer(file);
        table.serialize(moment)?;
        table.flush()
    }

    /// Draws the curves anew.
    ///
    /// # Errors
    /// When the picture cannot be written.
    pub fn draw(&self) -> std::io::Result<()> {
        let mut file = std::fs::File::create(self.folder.join(PICTURE))?;
        file.write_all(svg(&self.moments).as_bytes())
    }
}

/// The loss over the steps, logarithmic, and the validation loss as dots.
fn svg(moments: &[Moment]) -> String {
    let loss: Vec<(f64, f64)> = moments
        .chunks(moments.len().div_ceil(MOST_POINTS).max(1))
        .map(|part| {
            let count = part.len() as f64;
            let step = part.iter().map(|moment| moment.step as f64).sum::<f64>() / count;
            (step, part.iter().map(|moment| f64::from(moment.loss)).sum::<f64>() / count)
        })
        .collect();
    let validation: Vec<(f64, f64)> =
        moments.iter().filter_map(|moment| Some((moment.step as f64, f64::from(moment.validation_loss?)))).collect();
    let drawable = |&(_, loss): &(f64, f64)| loss.is_finite() && loss > 0.0;
    let values: Vec<f64> =
        loss.iter().chain(&validation).filter(|p| drawable(p)).map(|(_, loss)| loss.log10()).collect();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (least, most) = if least <= most { (least - 0.02, most + 0.02) } else { (-1.0, 0.0) };
    let last = moments.last().map_or(1, |moment| moment.step.max(1)) as f64;
    let x = |step: f64| LEFT + (WIDTH - LEFT - RIGHT) * step / last;
    let y = |value: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - least) / (most - least);

    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"13\" fill=\"#cfd4da\">\n<rect width=\"100%\" height=\"100%\" fill=\"#14171b\"/>\n\
         <text x=\"{LEFT}\" y=\"26\"><tspan fill=\"#5bb5f0\">loss in training</tspan>  \
         <tspan fill=\"#f5b041\" dx=\"16\">loss on recordings held out</tspan></text>\n"
    );
    for part in 0..=4 {
        let value = least + (most - least) * f64::from(part) / 4.0;
        let step = last * f64::from(part) / 4.0;
        let _ = writeln!(
            picture,
            "<path d=\"M{LEFT} {y:.1}H{end}\" stroke=\"#2c323a\"/><text x=\"{label}\" y=\"{text:.1}\" \
             text-anchor=\"end\">{loss:.3}</text><text x=\"{x:.1}\" y=\"{foot}\" text-anchor=\"middle\">{step:.0}</text>",
            y = y(value),
            end = WIDTH - RIGHT,
            label = LEFT - 8.0,
            text = y(value) + 4.0,
            loss = 10f64.powf(value),
            x = x(step),
            foot = HEIGHT - BOTTOM + 20.0,
        );
    }
    let _ = writeln!(picture, "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">steps</text>", WIDTH / 2.0, HEIGHT - 8.0);
    let line: Vec<String> = loss
        .iter()
        .filter(|p| drawable(p))
        .map(|(step, loss)| format!("{:.1},{:.1}", x(*step), y(loss.log10())))
        .collect();
    let _ = writeln!(
        picture,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#5bb5f0\" stroke-width=\"1.5\"/>",
        line.join(" ")
    );
    for (step, loss) in validation.iter().filter(|p| drawable(p)) {
        let _ = writeln!(
            picture,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\" fill=\"#f5b041\"/>",
            x(*step),
            y(loss.log10())
        );
    }
    picture.push_str("</svg>\n");
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(step: usize) -> Moment {
        let validation_loss = step.is_multiple_of(4).then_some(2.0);
        Moment { step, loss: 3.0 / step as f32, rate: 1e-3, seconds_a_step: 0.5, validation_loss }
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("neurorack-history-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn a_resumed_run_forgets_what_came_after_its_checkpoint() {
        let folder = folder("resumed");
        let mut history = History::open(&folder, 0).unwrap();
        (1..=8).for_each(|step| history.add(moment(step)).unwrap());
        let mut resumed = History::open(&folder, 5).unwrap();
        resumed.add(moment(6)).unwrap();
        let kept = History::open(&folder, usize::MAX).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(kept.moments(), (1..=6).map(moment).collect::<Vec<_>>());
    }

    #[test]
    fn the_picture_has_a_point_for_each_moment_and_a_dot_for_each_checkpoint() {
        let picture = svg(&(1..=8).map(moment).collect::<Vec<_>>());
        assert_eq!((picture.matches(',').count(), picture.matches("<circle").count()), (8, 2));
    }

    #[test]
    fn losses_that_are_no_numbers_are_not_drawn() {
        let picture = svg(&[Moment { loss: f32::NAN, ..moment(1) }]);
        assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
    }
}
