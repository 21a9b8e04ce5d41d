//! Which few frames of a line are offered as points to take hold of.

/// Most points of one line: more crowd a phone.
const MOST: usize = 8;

/// A line that stays this close to the straight pieces between its points needs no more of them, as a share of the axis.
const CLOSE_ENOUGH: f32 = 0.035;

/// Frames to each side over which a line is smoothed before it is looked at: single peaks are no shape.
const SMOOTHING: usize = 2;

/// Points stand at least a twenty-fourth of the line apart.
const APART: usize = 24;

/// Indices of the frames that stand for a line's shape, in order; the first and the last frame are always among them.
///
/// After Ramer (1972) and Douglas and Peucker (1973): again and again, the frame that lies farthest from the straight
/// pieces between the points so far becomes one. Distances are vertical, on the part of the axis that is drawn.
pub(crate) fn handles(line: &[f32]) -> Vec<usize> {
    let last = line.len().saturating_sub(1);
    let mut points = if last == 0 { vec![0] } else { vec![0, last] };
    let smooth = smoothed(line);
    let apart = (line.len() / APART).max(1);
    while points.len() < MOST {
        let candidates = points.windows(2).enumerate().filter_map(|(piece, ends)| {
            let [from, to] = [ends[0], ends[1]];
            let inside = (from + apart)..(to + 1).saturating_sub(apart);
            let off = |frame: usize| {
                let share = (frame - from) as f32 / (to - from) as f32;
                (smooth[frame] - smooth[from] - share * (smooth[to] - smooth[from])).abs()
            };
            let farthest = inside.max_by(|&a, &b| off(a).total_cmp(&off(b)))?;
            Some((piece, farthest, off(farthest)))
        });
        let Some((piece, frame, off)) = candidates.max_by(|a, b| a.2.total_cmp(&b.2)) else { break };
        if off < CLOSE_ENOUGH {
            break;
        }
        points.insert(piece + 1, frame);
    }
    points
}

/// Running means of the drawn part; both ends stay.
fn smoothed(line: &[f32]) -> Vec<f32> {
    (0..line.len())
        .map(|frame| {
            let reach = SMOOTHING.min(frame).min(line.len() - 1 - frame);
            let window = &line[frame - reach..=frame + reach];
            window.iter().map(|place| place.clamp(0.0, 1.0)).sum::<f32>() / window.len() as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_has_its_ends_only() {
        let line: Vec<f32> = (0..100).map(|k| 0.9 - 0.008 * k as f32).collect();
        assert_eq!(handles(&line), [0, 99]);
    }

    #[test]
    fn a_corner_becomes_a_point() {
        let line: Vec<f32> = (0..=100).map(|k| if k < 30 { k as f32 / 30.0 } else { 1.0 }).collect();
        let points = handles(&line);
        assert!(points.iter().any(|&point| point.abs_diff(30) <= 2), "{points:?}");
    }

    #[test]
    fn noise_does_not_crowd_the_line() {
        let line: Vec<f32> = (0..400).map(|k| if k * 7 % 13 < 6 { 0.2 } else { 0.8 }).collect();
        let points = handles(&line);
        assert!(points.len() <= MOST, "{points:?}");
        assert!(points.windows(2).all(|pair| pair[1] - pair[0] >= 400 / APART), "{points:?}");
    }

    #[test]
    fn the_shortest_lines_have_points_too() {
        assert_eq!(handles(&[0.5]), [0]);
        assert_eq!(handles(&[0.5, 0.7]), [0, 1]);
        assert!(handles(&[]).len() == 1, "an empty line is not drawn, but asks for nothing");
    }
}
