//! Handwriting as strokes from a signature pad.

use thiserror::Error;

use crate::vector::{Color, Drawing, Segment};

/// One sampled point of a stroke, in the units of the pad (origin top left).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InkPoint {
    /// From the left edge.
    pub x: f32,
    /// From the top edge.
    pub y: f32,
}

/// A handwritten signature or text: strokes on a pad.
#[derive(Debug, Clone, PartialEq)]
pub struct Handwriting {
    drawing: Drawing,
}

impl Handwriting {
    /// The most strokes in one piece of handwriting.
    pub const MAX_STROKES: usize = 500;
    /// The most points over all strokes.
    pub const MAX_POINTS: usize = 20_000;

    /// Takes the strokes of a pad; the drawing is cropped to its ink, and the line width follows
    /// from the size of the writing, so that it looks the same from every device.
    ///
    /// # Errors
    /// [`InkError::Empty`] without any point, [`InkError::TooMuch`] above the limits,
    /// [`InkError::NotFinite`] for coordinates that are no numbers or beyond ± 100,000.
    pub fn new(strokes: &[Vec<InkPoint>]) -> Result<Self, InkError> {
        let points = || strokes.iter().flatten();
        let count = points().count();
        if count == 0 {
            return Err(InkError::Empty);
        }
        if strokes.len() > Self::MAX_STROKES || count > Self::MAX_POINTS {
            return Err(InkError::TooMuch);
        }
        let usable = |v: f32| v.is_finite() && v.abs() <= 100_000.0;
        if !points().all(|point| usable(point.x) && usable(point.y)) {
            return Err(InkError::NotFinite);
        }
        let bound = |pick: fn(&InkPoint) -> f32, fold: fn(f32, f32) -> f32, from: f32| {
            points().map(pick).fold(from, fold)
        };
        let left = bound(|p| p.x, f32::min, f32::MAX);
        let right = bound(|p| p.x, f32::max, f32::MIN);
        let top = bound(|p| p.y, f32::min, f32::MAX);
        let bottom = bound(|p| p.y, f32::max, f32::MIN);
        let extent = (right - left).max((bottom - top) * 2.0).max(1.0);
        let pen = extent / 70.0;
        let mut drawing = Drawing::new(
            (right - left + 2.0 * pen).max(pen),
            (bottom - top + 2.0 * pen).max(pen),
        );
        for stroke in strokes {
            let moved: Vec<(f32, f32)> = stroke
                .iter()
                .map(|p| (p.x - left + pen, p.y - top + pen))
                .collect();
            let path = smooth(&moved);
            if !path.is_empty() {
                drawing.stroke(path, Color::INK, pen);
            }
        }
        Ok(Self { drawing })
    }

    /// An SVG of the writing. `label` is its accessible name.
    pub fn to_svg(&self, label: &str) -> String {
        self.drawing.to_svg(label)
    }

    pub(crate) fn drawing(&self) -> &Drawing {
        &self.drawing
    }
}

/// Why strokes cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InkError {
    /// Nothing was written.
    #[error("handwriting is empty")]
    Empty,
    /// More strokes or points than [`Handwriting`] accepts.
    #[error("handwriting has too many strokes or points")]
    TooMuch,
    /// A coordinate is not a usable number.
    #[error("handwriting has an unusable coordinate")]
    NotFinite,
}

/// A curve through the midpoints of the samples: smooth, and never outside of their hull.
fn smooth(points: &[(f32, f32)]) -> Vec<Segment> {
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else {
        return Vec::new();
    };
    let mut path = vec![Segment::Move(first)];
    if points.len() == 1 || points.iter().all(|point| *point == first) {
        // A dot: round caps make a point of a line without visible length.
        path.push(Segment::Line((first.0 + 0.01, first.1)));
        return path;
    }
    for pair in points.windows(2) {
        let &[from, to] = pair else { continue };
        let middle = (f32::midpoint(from.0, to.0), f32::midpoint(from.1, to.1));
        path.push(Segment::Quad(from, middle));
    }
    path.push(Segment::Line(last));
    path
}
