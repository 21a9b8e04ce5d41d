//! A movement of the hand on the XY pad, recorded to go round: as data, and as it is played.

use super::{FULL_VOLTS, within};
use serde::{Deserialize, Serialize};

/// A place on the pad in hundredths of a volt, from left to right and from bottom to top.
pub type GesturePoint = [i16; 2];

/// A recorded movement: places at equal distances in time. The last leads back to the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Rows", into = "Rows")]
pub struct Gesture {
    // Invariant: 2 to MAX_POINTS points, each within the pad.
    points: Box<[GesturePoint]>,
}

/// The points in files: a row for each way.
#[derive(Clone, Serialize, Deserialize)]
struct Rows {
    x: Vec<i16>,
    y: Vec<i16>,
}

/// Why numbers are no gesture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a gesture has 2 to {most} points, as many x as y, each within -500 to 500", most = Gesture::MAX_POINTS)]
pub struct NoGesture;

impl Gesture {
    /// Points a second.
    pub const POINTS_HZ: f32 = 62.5;

    /// Most points: 16 seconds.
    pub const MAX_POINTS: usize = 1000;

    /// The edge of the pad: full voltage.
    const EDGE: i16 = 100 * FULL_VOLTS as i16;

    /// A gesture of these points.
    ///
    /// # Errors
    /// When there are too few or too many, or one lies beside the pad.
    pub fn new(points: impl IntoIterator<Item = GesturePoint>) -> Result<Self, NoGesture> {
        let points: Box<[_]> = points.into_iter().take(Self::MAX_POINTS + 1).collect();
        let fits = (2..=Self::MAX_POINTS).contains(&points.len());
        let within = points.as_flattened().iter().all(|way| (-Self::EDGE..=Self::EDGE).contains(way));
        if fits && within { Ok(Self { points }) } else { Err(NoGesture) }
    }

    /// A place, -1 to 1 both ways, as a point.
    #[must_use]
    pub fn point(place: [f32; 2]) -> GesturePoint {
        place.map(|way| libm::rintf(within(way, -1.0, 1.0, 0.0) * f32::from(Self::EDGE)) as i16)
    }

    /// The points.
    #[must_use]
    pub fn points(&self) -> &[GesturePoint] {
        &self.points
    }

    /// How long it takes to go round, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f32 {
        self.points.len() as f32 / Self::POINTS_HZ
    }
}

impl TryFrom<Rows> for Gesture {
    type Error = NoGesture;

    fn try_from(Rows { x, y }: Rows) -> Result<Self, NoGesture> {
        if x.len() != y.len() {
            return Err(NoGesture);
        }
        Self::new(x.into_iter().zip(y).map(|(x, y)| [x, y]))
    }
}

impl From<Gesture> for Rows {
    fn from(gesture: Gesture) -> Self {
        let way = |way: usize| gesture.points.iter().map(|point| point[way]).collect();
        Self { x: way(0), y: way(1) }
    }
}

/// A gesture going round: its memory is there from the start.
#[derive(Debug, Clone)]
pub(super) struct GestureLoop {
    points: Box<[GesturePoint; Gesture::MAX_POINTS]>,
    /// Points in use; none while nothing goes round.
    length: usize,
    /// Time since the first point in units of which [`Self::POINT`] times the sample rate are one point.
    phase: u64,
    sample_rate_hz: u32,
}

impl GestureLoop {
    /// Units of time in a sample, and in a point at a sample rate of 1 Hz: 125 / 2 are the points a second.
    const SAMPLE: u64 = 125;
    const POINT: u64 = 2;

    /// Allocates.
    pub(super) fn new(sample_rate_hz: u32) -> Self {
        let points = Box::new([[0; 2]; Gesture::MAX_POINTS]);
        Self { points, length: 0, phase: 0, sample_rate_hz: sample_rate_hz.max(1) }
    }

    /// Takes other points, and begins with the first; fewer than two are none. Real-time safe.
    pub(super) fn take(&mut self, points: impl Iterator<Item = GesturePoint>) {
        let mut length = 0;
        for (place, point) in self.points.iter_mut().zip(points) {
            *place = point.map(|way| way.clamp(-Gesture::EDGE, Gesture::EDGE));
            length += 1;
        }
        self.length = if length < 2 { 0 } else { length };
        self.phase = 0;
    }

    /// Begins anew. Real-time safe.
    pub(super) fn restart(&mut self) {
        self.phase = 0;
    }

    /// Lets samples pass. Real-time safe.
    pub(super) fn advance(&mut self, samples: u32) {
        if self.length > 0 {
            let turn = self.length as u64 * self.units_per_point();
            self.phase = (self.phase + u64::from(samples) * Self::SAMPLE) % turn;
        }
    }

    /// Where on the pad the coming sample is, -1 to 1 both ways, on a straight line from point to point; nothing while no
    /// gesture goes round. Real-time safe.
    pub(super) fn place(&self) -> Option<[f32; 2]> {
        if self.length == 0 {
            return None;
        }
        let point = (self.phase / self.units_per_point()) as usize;
        let part = (self.phase % self.units_per_point()) as f32 / self.units_per_point() as f32;
        let next = if point + 1 < self.length { point + 1 } else { 0 };
        let (from, to) = (self.points.get(point)?, self.points.get(next)?);
        Some([0, 1].map(|way| {
            let [from, to] = [from[way], to[way]].map(f32::from);
            (from + part * (to - from)) / f32::from(Gesture::EDGE)
        }))
    }

    fn units_per_point(&self) -> u64 {
        Self::POINT * u64::from(self.sample_rate_hz)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_movement_on_the_pad_is_refused() {
        assert_eq!(Gesture::new([[0, 0]]), Err(NoGesture));
        assert_eq!(Gesture::new([[0, 0]; Gesture::MAX_POINTS + 1]), Err(NoGesture));
        assert_eq!(Gesture::new([[0, 0], [501, 0]]), Err(NoGesture));
        let longest = Gesture::new([[500, -500]; Gesture::MAX_POINTS]).expect("the longest");
        assert_eq!(longest.seconds(), 16.0);
        assert_eq!(Gesture::point([f32::NAN, 9.0]), [0, 500]);
    }

    #[test]
    fn a_gesture_is_written_as_two_rows() {
        let gesture = Gesture::new([[-500, 3], [20, 500]]).expect("two points");
        let text = serde_json::to_string(&gesture).expect("plain numbers");
        assert_eq!(text, r#"{"x":[-500,20],"y":[3,500]}"#);
        assert_eq!(serde_json::from_str::<Gesture>(&text).expect("as written"), gesture);
        assert!(serde_json::from_str::<Gesture>(r#"{"x":[1,2],"y":[3]}"#).is_err());
    }

    #[test]
    fn a_loop_is_as_long_as_its_points_at_any_rate_and_goes_straight_between_them() {
        for rate in [44_100u32, 48_000, 96_000] {
            let mut going = GestureLoop::new(rate);
            assert_eq!(going.place(), None);
            going.take([[0, 0], [500, -500], [0, 250], [-250, 0], [0, 0]].into_iter());
            // Five points are 0.08 s; a part of a turn may fall between two samples.
            let near = |going: &GestureLoop, place: [f32; 2]| {
                let found = going.place().expect("it goes round");
                let near = found.iter().zip(place).all(|(found, place)| (found - place).abs() < 0.003);
                assert!(near, "{found:?} instead of {place:?} at {rate} Hz");
            };
            let turn = rate * 8 / 100;
            going.advance(turn / 10);
            near(&going, [0.5, -0.5]);
            going.advance(turn - turn / 10);
            assert_eq!(going.place(), Some([0.0; 2]), "a turn at {rate} Hz");
            going.advance(turn / 5);
            near(&going, [1.0, -1.0]);
            going.restart();
            assert_eq!(going.place(), Some([0.0; 2]));
            going.take(std::iter::empty());
            assert_eq!(going.place(), None);
        }
    }
}
