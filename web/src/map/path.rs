//! A path over the map and the stops on it.

use super::plane::Place;

/// Points of a path that is drawn are at least this far apart, in widths of the view.
const LEAST_STEP: f64 = 0.004;

/// Most points of a path: a hand that goes on drawing moves its end no more.
const MOST_POINTS: usize = 4_096;

/// Most stops: as many as there are steps in a row.
pub(super) const MOST_STOPS: usize = 16;

/// How the points of a path were set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    /// Drawn: stops lie at equal distances along it.
    #[default]
    Line,
    /// Each point was set by itself and is a stop.
    Stops,
}

/// A path in the plane.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Path {
    points: Vec<Place>,
    kind: Kind,
}

impl Path {
    /// A path that is drawn from here on.
    pub(super) fn drawn_from(place: Place) -> Self {
        Self { points: vec![place], kind: Kind::Line }
    }

    /// Draws on to a place; `zoom` is the view's. A place that is none is left out.
    pub(super) fn draw_to(&mut self, place: Place, zoom: f64) {
        let finite = place.into_iter().all(f64::is_finite);
        let far = self.points.last().is_none_or(|last| apart(*last, place) * zoom / 2.0 >= LEAST_STEP);
        if finite && far && self.points.len() < MOST_POINTS {
            self.points.push(place);
        }
    }

    /// Appends a stop. A path that was drawn gives way to one of stops. Says whether there was room.
    pub(super) fn append(&mut self, place: Place) -> bool {
        if self.kind == Kind::Line {
            *self = Self { points: Vec::new(), kind: Kind::Stops };
        }
        let room = self.points.len() < MOST_STOPS;
        if room {
            self.points.push(place);
        }
        room
    }

    pub(super) fn points(&self) -> &[Place] {
        &self.points
    }

    pub(super) fn is_drawn(&self) -> bool {
        self.kind == Kind::Line
    }

    /// The places that sound, in order: those that were set, or `count` at equal distances along the line, its ends among
    /// them. A line without length is one stop.
    pub(super) fn stops(&self, count: usize) -> Vec<Place> {
        let points = &self.points;
        let length: f64 = points.windows(2).map(|pair| apart(pair[0], pair[1])).sum();
        let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return Vec::new() };
        if self.kind == Kind::Stops {
            return points.clone();
        }
        if count < 2 || length <= 0.0 {
            return vec![first];
        }
        let mut stops = Vec::with_capacity(count);
        let mut behind = 0.0;
        for pair in points.windows(2) {
            let step = apart(pair[0], pair[1]);
            while stops.len() < count - 1 {
                let share = (length * stops.len() as f64 / (count - 1) as f64 - behind) / step;
                if share > 1.0 || step <= 0.0 {
                    break;
                }
                stops.push([0, 1].map(|axis| pair[0][axis] + share.max(0.0) * (pair[1][axis] - pair[0][axis])));
            }
            behind += step;
        }
        stops.resize(count, last);
        stops
    }
}

fn apart(a: Place, b: Place) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(points: &[Place]) -> Path {
        let mut path = Path::drawn_from(points[0]);
        points[1..].iter().for_each(|&point| path.draw_to(point, 1e9));
        path
    }

    #[test]
    fn stops_lie_at_equal_distances_along_the_line_round_its_corners() {
        let path = drawn(&[[0.0, 0.0], [1.0, 0.0], [1.0, 0.5]]);
        let stops = path.stops(4);
        assert_eq!(stops, [[0.0, 0.0], [0.5, 0.0], [1.0, 0.0], [1.0, 0.5]]);
    }

    #[test]
    fn a_point_is_one_stop_and_nothing_is_none() {
        assert_eq!(drawn(&[[0.2, 0.3]]).stops(8), [[0.2, 0.3]]);
        assert!(Path::default().stops(8).is_empty());
    }

    #[test]
    fn stops_that_were_set_stay_what_they_are_and_take_the_place_of_a_line() {
        let mut path = drawn(&[[0.0, 0.0], [1.0, 0.0]]);
        assert!(path.append([0.5, 0.5]) && path.append([0.5, 0.5]) && path.append([-0.5, 0.1]));
        assert_eq!(path.stops(16), [[0.5, 0.5], [0.5, 0.5], [-0.5, 0.1]]);
        let appended = (0..99).filter(|_| path.append([0.0, 0.0])).count();
        assert_eq!(appended, MOST_STOPS - 3, "there is room for sixteen");
    }

    #[test]
    fn a_hand_that_rests_and_numbers_that_are_none_add_nothing() {
        let mut path = Path::drawn_from([0.0, 0.0]);
        for place in [[0.0, 0.0], [1e-6, 0.0], [f64::NAN, 0.0], [0.0, f64::INFINITY]] {
            path.draw_to(place, 1.0);
        }
        assert_eq!(path.points(), [[0.0, 0.0]]);
        (0..100_000).for_each(|step| path.draw_to([f64::from(step), 0.0], 1.0));
        assert_eq!(path.points().len(), MOST_POINTS);
    }

    proptest! {
        #[test]
        fn there_are_as_many_stops_as_wanted_and_all_lie_on_the_line(
            points in proptest::collection::vec([-3.0..3.0f64, -3.0..3.0f64], 2..40), count in 2..17usize,
        ) {
            let path = drawn(&points);
            let length: f64 = points.windows(2).map(|pair| apart(pair[0], pair[1])).sum();
            let stops = path.stops(count);
            prop_assert_eq!(stops.len(), count);
            prop_assert_eq!((stops[0], stops[count - 1]), (points[0], points[points.len() - 1]));
            for pair in stops.windows(2) {
                // Straight across is never longer than along the line.
                prop_assert!(apart(pair[0], pair[1]) <= length / (count - 1) as f64 + 1e-9);
            }
        }
    }
}
