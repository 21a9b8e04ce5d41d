//! What the hand does to a line: move a point, take one away, add one, lift the whole, draw.
//!
//! A curve that was measured has detail that no few points describe. Moving a point therefore bends the line between
//! its neighbours and carries the detail along; what lies beyond the neighbours stays as it is, to the bit.

/// The lowest place that a line is brought to: what lies there is not drawn and not heard.
const LOWEST: f32 = -1.0;

/// A line and the frames of its points.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bent {
    pub(crate) line: Vec<f32>,
    pub(crate) handles: Vec<usize>,
}

/// How the influence of a point falls from 1 at the point to 0 at its neighbour.
#[derive(Clone, Copy)]
enum Fall {
    /// Without a kink.
    Smooth,
    /// So that a straight line stays straight.
    Straight,
}

impl Fall {
    fn at(self, share: f32) -> f32 {
        match self {
            Self::Smooth => share * share * (3.0 - 2.0 * share),
            Self::Straight => share,
        }
    }
}

/// The line with point `index` at another frame and place. The first and the last point keep their frames, the others
/// stay between their neighbours.
pub(crate) fn moved(line: &[f32], handles: &[usize], index: usize, to_frame: usize, to_place: f32) -> Bent {
    bend(line, handles, index, to_frame, to_place, Fall::Smooth)
}

/// The line without point `index`: between its neighbours it keeps only its detail. End points stay.
pub(crate) fn removed(line: &[f32], handles: &[usize], index: usize) -> Bent {
    let unchanged = Bent { line: line.to_vec(), handles: handles.to_vec() };
    let [Some(&before), Some(&at), Some(&after)] =
        [index.checked_sub(1), Some(index), Some(index + 1)].map(|index| index.and_then(|index| handles.get(index)))
    else {
        return unchanged;
    };
    let share = (at - before) as f32 / (after - before).max(1) as f32;
    let [from, to] = [before, after].map(|frame| seen(line[frame]));
    let straight = from + share * (to - from);
    let mut bent = bend(line, handles, index, at, straight, Fall::Straight);
    bent.handles.remove(index);
    bent
}

/// The points with one more at this frame, and its index; the line stays. `None` where one stands already, or beyond the ends.
pub(crate) fn inserted(handles: &[usize], frame: usize) -> Option<(Vec<usize>, usize)> {
    let index = handles.partition_point(|&handle| handle < frame);
    let beyond = index == 0 || index == handles.len();
    if beyond || handles[index] == frame {
        return None;
    }
    let mut handles = handles.to_vec();
    handles.insert(index, frame);
    Some((handles, index))
}

/// The whole line higher or lower by a share of the axis; what would leave the top stays at it.
pub(crate) fn shifted(line: &[f32], by: f32) -> Vec<f32> {
    line.iter().map(|&place| limited(place, place + by)).collect()
}

/// The line as a pen leaves it that went straight from one frame and place to another.
pub(crate) fn drawn(line: &[f32], from: (usize, f32), to: (usize, f32)) -> Vec<f32> {
    let mut line = line.to_vec();
    let ((first, start), (last, end)) = if from.0 <= to.0 { (from, to) } else { (to, from) };
    for (frame, place) in line.iter_mut().enumerate().take(last + 1).skip(first) {
        let share = if last == first { 1.0 } else { (frame - first) as f32 / (last - first) as f32 };
        *place = (start + share * (end - start)).clamp(0.0, 1.0);
    }
    // A pen that did not move in time leaves its last height.
    if first == last
        && let Some(place) = line.get_mut(to.0)
    {
        *place = to.1.clamp(0.0, 1.0);
    }
    line
}

fn bend(line: &[f32], handles: &[usize], index: usize, to_frame: usize, to_place: f32, fall: Fall) -> Bent {
    let mut bent = Bent { line: line.to_vec(), handles: handles.to_vec() };
    let Some(&at) = handles.get(index).filter(|&&at| at < line.len()) else { return bent };
    let before = index.checked_sub(1).map(|before| handles[before]);
    let after = handles.get(index + 1).copied();
    let to_frame = match (before, after) {
        (Some(before), Some(after)) if after > before + 1 => to_frame.clamp(before + 1, after - 1),
        _ => at,
    };
    let by = to_place.clamp(0.0, 1.0) - seen(line[at]);
    // Behind the last point lies what is not drawn: it goes along.
    let (first, last) = (before.unwrap_or(0), after.unwrap_or(line.len() - 1));
    for frame in first..=last {
        let (source, share) = if frame <= to_frame {
            let share = part(frame - first, to_frame - first);
            (first as f32 + share * (at - first) as f32, before.map_or(1.0, |_| share))
        } else {
            let share = part(last - frame, last - to_frame);
            (last as f32 - share * (last - at) as f32, after.map_or(1.0, |_| share))
        };
        let still = at == to_frame || share == 0.0;
        let place = if still { line[frame] } else { between(line, source) };
        let lift = fall.at(share) * by;
        // What is lifted begins at the bottom of the axis, or nothing would be seen of it.
        let from = if lift > 0.0 { seen(place) } else { place };
        bent.line[frame] = limited(place, from + lift);
    }
    bent.handles[index] = to_frame;
    bent
}

/// How far along a stretch of so many frames, 0 to 1; a stretch of none is over.
fn part(frames: usize, of: usize) -> f32 {
    if of == 0 { 1.0 } else { frames as f32 / of as f32 }
}

/// The line between its frames.
fn between(line: &[f32], at: f32) -> f32 {
    let first = (at.max(0.0) as usize).min(line.len() - 1);
    let next = (first + 1).min(line.len() - 1);
    let share = (at - first as f32).clamp(0.0, 1.0);
    if share == 0.0 { line[first] } else { line[first] + share * (line[next] - line[first]) }
}

/// Where a place is drawn.
fn seen(place: f32) -> f32 {
    place.clamp(0.0, 1.0)
}

/// A new place within the axis, or no farther out than the old one was.
fn limited(old: f32, new: f32) -> f32 {
    new.clamp(LOWEST.min(old), old.max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A decay with a ripple as its detail.
    fn decay() -> Vec<f32> {
        (0..=100).map(|k| 0.9 - 0.006 * k as f32 + if k % 2 == 0 { 0.0 } else { 0.01 }).collect()
    }

    const HANDLES: [usize; 4] = [0, 30, 60, 100];

    #[test]
    fn a_moved_point_lies_under_the_hand_and_far_frames_stay() {
        let line = decay();
        let bent = moved(&line, &HANDLES, 1, 40, 0.5);
        assert_eq!(bent.handles, [0, 40, 60, 100]);
        assert!((bent.line[40] - 0.5).abs() < 1e-6, "{}", bent.line[40]);
        assert_eq!(bent.line[60..], line[60..]);
        assert_eq!(bent.line[0], line[0]);
    }

    #[test]
    fn detail_is_carried_along() {
        let line = decay();
        let bent = moved(&line, &HANDLES, 1, 30, 0.4);
        let ripple = |line: &[f32]| (line[29] - 0.5 * (line[28] + line[30])).abs();
        assert!((ripple(&bent.line) - ripple(&line)).abs() < 2e-3);
    }

    #[test]
    fn points_do_not_pass_their_neighbours_and_the_ends_stay_in_time() {
        let line = decay();
        assert_eq!(moved(&line, &HANDLES, 1, 90, 0.5).handles, [0, 59, 60, 100]);
        assert_eq!(moved(&line, &HANDLES, 0, 20, 0.5).handles, HANDLES);
        assert_eq!(moved(&line, &HANDLES, 3, 20, 0.5).handles, HANDLES);
    }

    #[test]
    fn a_removed_point_leaves_a_straight_line() {
        let line: Vec<f32> = (0..=100).map(|k| if k <= 50 { 0.01 * k as f32 } else { 1.0 - 0.01 * k as f32 }).collect();
        let bent = removed(&line, &[0, 50, 100], 1);
        assert_eq!(bent.handles, [0, 100]);
        assert!(bent.line.iter().all(|place| place.abs() < 1e-5), "{:?}", bent.line);
        assert_eq!(removed(&line, &[0, 50, 100], 0).handles, [0, 50, 100], "the first point stays");
    }

    #[test]
    fn what_is_not_drawn_can_be_lifted() {
        let mut line = decay();
        line[80..].fill(-1.0);
        let bent = moved(&line, &HANDLES, 3, 100, 0.4);
        assert!((bent.line[100] - 0.4).abs() < 1e-6);
    }

    #[test]
    fn the_tail_that_is_not_drawn_follows_the_last_point() {
        let line = decay();
        let bent = moved(&line, &[0, 30, 60], 2, 60, 0.7);
        let by = 0.7 - line[60];
        assert!(bent.line[60..].iter().zip(&line[60..]).all(|(new, old)| (new - old - by).abs() < 1e-5));
    }

    #[test]
    fn a_new_point_changes_nothing_yet() {
        assert_eq!(inserted(&HANDLES, 45), Some((vec![0, 30, 45, 60, 100], 2)));
        assert_eq!(inserted(&HANDLES, 60), None, "one stands there");
        assert_eq!(inserted(&HANDLES, 101), None, "beyond the end");
    }

    #[test]
    fn a_pen_leaves_a_straight_line_in_both_directions() {
        let forth = drawn(&decay(), (10, 0.2), (20, 0.4));
        let back = drawn(&decay(), (20, 0.4), (10, 0.2));
        assert_eq!(forth, back);
        assert!((forth[15] - 0.3).abs() < 1e-6);
        assert_eq!(forth[21..], decay()[21..]);
        assert_eq!(drawn(&decay(), (5, 0.1), (5, 0.6))[5], 0.6);
    }

    #[test]
    fn a_line_is_lifted_to_the_top_and_no_farther() {
        assert!(shifted(&decay(), 0.5).iter().all(|place| *place <= 1.0));
        assert_eq!(shifted(&[0.5, 0.25], -0.25), [0.25, 0.0]);
    }
}
