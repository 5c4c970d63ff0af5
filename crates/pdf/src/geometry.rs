//! Rectangles, matrices, and the way from a page as displayed to its user space.

use crate::object::{Array, Object};

/// A rectangle in user space units, `left ≤ right` and `bottom ≤ top` (ISO 32000-2, 7.9.5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Smallest x.
    pub left: f64,
    /// Smallest y.
    pub bottom: f64,
    /// Largest x.
    pub right: f64,
    /// Largest y.
    pub top: f64,
}

impl Rect {
    /// The rectangle between two opposite corners, in any order.
    pub const fn new(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        Self {
            left: x0.min(x1),
            bottom: y0.min(y1),
            right: x0.max(x1),
            top: y0.max(y1),
        }
    }

    /// From an array of four direct numbers.
    pub fn from_array(array: &Array) -> Option<Self> {
        let mut numbers = [0.0; 4];
        for (index, number) in numbers.iter_mut().enumerate() {
            *number = array
                .get(index)
                .and_then(Object::as_f64)
                .filter(|value| value.is_finite())?;
        }
        let [x0, y0, x1, y1] = numbers;
        Some(Self::new(x0, y0, x1, y1))
    }

    /// Width in units.
    pub const fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Height in units.
    pub const fn height(&self) -> f64 {
        self.top - self.bottom
    }

    /// What both rectangles share; nothing when that has no area.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let shared = Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        };
        (shared.width() > 0.0 && shared.height() > 0.0).then_some(shared)
    }
}

impl From<Rect> for Object {
    fn from(rect: Rect) -> Self {
        Array::from([rect.left, rect.bottom, rect.right, rect.top]).into()
    }
}

/// A transformation `[a b c d e f]` (ISO 32000-2, 8.3.4): x' = a·x + c·y + e, y' = b·x + d·y + f.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix {
    /// The six numbers a to f.
    pub values: [f64; 6],
}

#[expect(clippy::many_single_char_names, reason = "the letters of ISO 32000-2, 8.3.4")]
impl Matrix {
    /// No change.
    pub const IDENTITY: Self = Self::new([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// From a to f.
    pub const fn new(values: [f64; 6]) -> Self {
        Self { values }
    }

    /// Moves by `x` and `y`.
    pub const fn translation(x: f64, y: f64) -> Self {
        Self::new([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// Scales both axes.
    pub const fn scale(x: f64, y: f64) -> Self {
        Self::new([x, 0.0, 0.0, y, 0.0, 0.0])
    }

    /// First `self`, then `next`.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let [a, b, c, d, e, f] = self.values;
        let [na, nb, nc, nd, ne, nf] = next.values;
        Self::new([
            a * na + b * nc,
            a * nb + b * nd,
            c * na + d * nc,
            c * nb + d * nd,
            e * na + f * nc + ne,
            e * nb + f * nd + nf,
        ])
    }

    /// Where the point (x, y) goes.
    pub fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.values;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The smallest upright rectangle around the transformed `rect`.
    pub fn apply_to_rect(&self, rect: &Rect) -> Rect {
        let corners = [
            (rect.left, rect.bottom),
            (rect.left, rect.top),
            (rect.right, rect.bottom),
            (rect.right, rect.top),
        ];
        let corners = corners.map(|(x, y)| self.apply(x, y));
        let xs = corners.map(|corner| corner.0);
        let ys = corners.map(|corner| corner.1);
        let least = |values: [f64; 4]| values.into_iter().fold(f64::INFINITY, f64::min);
        let most = |values: [f64; 4]| values.into_iter().fold(f64::NEG_INFINITY, f64::max);
        Rect {
            left: least(xs),
            bottom: least(ys),
            right: most(xs),
            top: most(ys),
        }
    }

    /// The opposite transformation; nothing when the matrix flattens the plane.
    pub fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.values;
        let determinant = a * d - b * c;
        if determinant == 0.0 || !determinant.is_finite() {
            return None;
        }
        Some(Self::new([
            d / determinant,
            -b / determinant,
            -c / determinant,
            a / determinant,
            (c * f - d * e) / determinant,
            (b * e - a * f) / determinant,
        ]))
    }
}

impl From<Matrix> for Object {
    fn from(matrix: Matrix) -> Self {
        Array::from(matrix.values).into()
    }
}

/// Clockwise rotation of a page for display (ISO 32000-2, table 31).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rotation {
    /// Upright.
    #[default]
    None,
    /// 90° clockwise.
    Quarter,
    /// 180°.
    Half,
    /// 270° clockwise.
    ThreeQuarters,
}

impl Rotation {
    /// From the value of `Rotate`, which should be a multiple of 90; others count as 0, as in other readers.
    pub const fn from_degrees(degrees: i64) -> Self {
        match degrees.rem_euclid(360) {
            90 => Self::Quarter,
            180 => Self::Half,
            270 => Self::ThreeQuarters,
            _ => Self::None,
        }
    }

    /// 0, 90, 180 or 270.
    pub const fn degrees(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Quarter => 90,
            Self::Half => 180,
            Self::ThreeQuarters => 270,
        }
    }
}

/// What decides how a page is displayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageGeometry {
    /// The visible part in user space: CropBox within MediaBox.
    pub visible: Rect,
    /// Rotation for display.
    pub rotation: Rotation,
    /// Points (1/72 inch) per user space unit, 1 by default (`UserUnit`).
    pub user_unit: f64,
}

impl PageGeometry {
    pub(crate) fn new(media_box: Rect, crop_box: Rect, rotation: Rotation, user_unit: f64) -> Self {
        let visible = crop_box.intersection(&media_box).unwrap_or(media_box);
        Self {
            visible,
            rotation,
            user_unit,
        }
    }

    /// Width and height as displayed, in points.
    pub fn displayed_size(&self) -> (f64, f64) {
        let (width, height) = (
            self.visible.width() * self.user_unit,
            self.visible.height() * self.user_unit,
        );
        match self.rotation {
            Rotation::None | Rotation::Half => (width, height),
            Rotation::Quarter | Rotation::ThreeQuarters => (height, width),
        }
    }

    /// From the page as displayed (points, origin at its top left, y downwards) to user space.
    pub fn displayed_to_user(&self) -> Matrix {
        let unit = 1.0 / self.user_unit;
        let Rect {
            left,
            bottom,
            right,
            top,
        } = self.visible;
        Matrix::new(match self.rotation {
            Rotation::None => [unit, 0.0, 0.0, -unit, left, top],
            Rotation::Quarter => [0.0, unit, unit, 0.0, left, bottom],
            Rotation::Half => [-unit, 0.0, 0.0, unit, right, bottom],
            Rotation::ThreeQuarters => [0.0, -unit, -unit, 0.0, right, top],
        })
    }

    /// From user space to the page as displayed (points, origin at its top left, y downwards).
    pub fn user_to_displayed(&self) -> Matrix {
        self.displayed_to_user().inverse().unwrap_or(Matrix::IDENTITY)
    }

    /// The user space rectangle of an area of the displayed page, given by its upper left corner and size in
    /// points: the `Rect` of an annotation there.
    pub fn user_rect(&self, x: f64, y: f64, width: f64, height: f64) -> Rect {
        self.displayed_to_user()
            .apply_to_rect(&Rect::new(x, y, x + width, y + height))
    }

    /// Places upright drawing (points, origin at its lower left, y upwards, `height` high) on the displayed page
    /// with its upper left corner at (`x`, `y`): the matrix for `cm` before the form is painted in page content.
    pub fn placement(&self, x: f64, y: f64, height: f64) -> Matrix {
        Matrix::new([1.0, 0.0, 0.0, -1.0, x, y + height]).then(&self.displayed_to_user())
    }

    /// The `Matrix` of an annotation appearance whose `BBox` is the upright area in points: it turns the drawing
    /// so that it is upright when displayed; viewers fit it into `Rect` themselves (12.5.5).
    pub fn appearance_matrix(&self) -> Matrix {
        Matrix::new(match self.rotation {
            Rotation::None => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            Rotation::Quarter => [0.0, 1.0, -1.0, 0.0, 0.0, 0.0],
            Rotation::Half => [-1.0, 0.0, 0.0, -1.0, 0.0, 0.0],
            Rotation::ThreeQuarters => [0.0, -1.0, 1.0, 0.0, 0.0, 0.0],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn geometry(degrees: i64) -> PageGeometry {
        PageGeometry {
            visible: Rect::new(10.0, 20.0, 110.0, 220.0),
            rotation: Rotation::from_degrees(degrees),
            user_unit: 2.0,
        }
    }

    #[test]
    fn the_displayed_origin_is_the_right_corner() {
        for (degrees, corner, size) in [
            (0, (10.0, 220.0), (200.0, 400.0)),
            (90, (10.0, 20.0), (400.0, 200.0)),
            (180, (110.0, 20.0), (200.0, 400.0)),
            (-90, (110.0, 220.0), (400.0, 200.0)),
        ] {
            let geometry = geometry(degrees);
            assert_eq!(geometry.displayed_to_user().apply(0.0, 0.0), corner, "{degrees}");
            assert_eq!(geometry.displayed_size(), size, "{degrees}");
        }
    }

    #[test]
    fn the_whole_displayed_page_is_the_visible_box() {
        for degrees in [0, 90, 180, 270] {
            let geometry = geometry(degrees);
            let (width, height) = geometry.displayed_size();
            assert_eq!(geometry.user_rect(0.0, 0.0, width, height), geometry.visible);
            let (x, y) = geometry.displayed_to_user().apply(30.0, 40.0);
            assert_eq!(geometry.user_to_displayed().apply(x, y), (30.0, 40.0));
        }
    }

    #[test]
    fn placement_is_upright_on_the_displayed_page() {
        for degrees in [0, 90, 180, 270] {
            let geometry = geometry(degrees);
            let onto_display = geometry
                .placement(5.0, 7.0, 50.0)
                .then(&geometry.user_to_displayed());
            assert_eq!(onto_display.apply(0.0, 0.0), (5.0, 57.0), "lower left");
            assert_eq!(onto_display.apply(30.0, 50.0), (35.0, 7.0), "upper right");
        }
    }

    #[test]
    fn appearances_turn_with_the_page() {
        for degrees in [0, 90, 180, 270] {
            let geometry = geometry(degrees);
            let turn = geometry.appearance_matrix().then(&geometry.user_to_displayed());
            let (x0, y0) = turn.apply(0.0, 0.0);
            let (x1, y1) = turn.apply(1.0, 1.0);
            assert_eq!((x1 - x0, y1 - y0), (2.0, -2.0), "right and up at {degrees}");
        }
    }
}
