//! How a cable hangs between two jacks.

/// A place on the page, in CSS pixels.
pub(super) type Place = [f64; 2];

/// How far beyond the page's left edge a cable ends whose other jack is not shown, in pixels.
const BEYOND_PX: f64 = 22.0;

/// A jack this near to the page's left edge stands in its margin, in pixels.
const MARGIN_PX: f64 = 80.0;

/// A cable's course from a source to an input as SVG path data: it leaves downwards and sags the more, the wider it spans.
pub(super) fn course([x0, y0]: Place, [x1, y1]: Place) -> String {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let sag = (60.0 + 0.3 * dx.abs()).min(170.0);
    let ([c0x, c0y], [c1x, c1y]) = if dy > -40.0 {
        // Down or level: both ends hang.
        ([x0 + 0.2 * dx, y0 + 1.15 * sag], [x1 - 0.42 * dx, y1 + 0.5 * sag])
    } else if x0 < MARGIN_PX && dx < MARGIN_PX {
        // Up along the page's margin, round what stands beside it.
        ([x0 - 46.0, y0 + 0.36 * dy], [x1 - 66.0, y1 - 0.36 * dy])
    } else {
        // Up: out of the input it hangs before it comes down to the source below.
        ([x0 + 0.04 * dx, y0 - 0.24 * dy.abs()], [x1 - 0.3 * dx, y1 + 0.3 * dy.abs() + 0.5 * sag])
    };
    format!("M{x0:.1} {y0:.1}C{c0x:.1} {c0y:.1} {c1x:.1} {c1y:.1} {x1:.1} {y1:.1}")
}

/// Where a cable leaves the page at its left edge, on its way from a jack at this place; `rank` keeps several apart.
pub(super) fn left_edge([_, y]: Place, rank: usize) -> Place {
    [-BEYOND_PX, y + 56.0 + 26.0 * rank as f64]
}

/// The course from the page's left edge to a jack.
pub(super) fn course_from_edge([x0, y0]: Place, [x1, y1]: Place) -> String {
    let reach = ((x1 - x0) * 0.5).min(90.0);
    let down = (0.6 * (y0 - y1)).abs().min(80.0);
    format!("M{x0:.1} {y0:.1}C{:.1} {:.1} {:.1} {:.1} {x1:.1} {y1:.1}", x0 + reach, y0 + 14.0, x1 - 18.0, y1 + down)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lowest point of a course, by its cubic.
    fn lowest(data: &str) -> f64 {
        let numbers: Vec<f64> = data
            .split(|c: char| "MC ".contains(c))
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().unwrap())
            .collect();
        let y = [numbers[1], numbers[3], numbers[5], numbers[7]];
        (0..=100).map(|k| f64::from(k) / 100.0).fold(f64::NEG_INFINITY, |low, t| {
            let u = 1.0 - t;
            low.max(u * u * u * y[0] + 3.0 * u * u * t * y[1] + 3.0 * u * t * t * y[2] + t * t * t * y[3])
        })
    }

    #[test]
    fn cables_hang_below_the_lower_jack_and_wider_ones_hang_lower() {
        let narrow = lowest(&course([0.0, 100.0], [60.0, 160.0])) - 160.0;
        let wide = lowest(&course([0.0, 100.0], [300.0, 160.0])) - 160.0;
        assert!(narrow > 5.0, "{narrow} px");
        assert!(wide > narrow, "{wide} px");
    }

    #[test]
    fn a_course_ends_at_its_jacks() {
        for (from, to) in [([1.0, 2.0], [300.0, 400.0]), ([200.0, 600.0], [100.0, 400.0])] {
            let data = course(from, to);
            assert!(data.starts_with(&format!("M{:.1} {:.1}C", from[0], from[1])), "{data}");
            assert!(data.ends_with(&format!(" {:.1} {:.1}", to[0], to[1])), "{data}");
        }
    }

    #[test]
    fn cables_to_what_is_not_shown_leave_apart() {
        let jack = [150.0, 400.0];
        let (first, second) = (left_edge(jack, 0), left_edge(jack, 1));
        assert!(first[0] < -10.0 && second[1] - first[1] > 9.0);
    }
}
