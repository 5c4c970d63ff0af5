//! Places on a page as a person sees it: points (1/72 inch), origin at the top left of the displayed page.
//! Rotation, crop box and user unit have been applied; the engine turns these into PDF user space.

/// The displayed size of a page in points.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PageGeometry {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
}

/// A rectangle on a displayed page, in points from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Rect {
    /// Distance of the left edge from the left of the page.
    pub x: f64,
    /// Distance of the upper edge from the top of the page.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// The smallest side that a field may have, in points.
    pub const MIN_SIDE: f64 = 6.0;

    /// Whether the rectangle is finite, large enough to be used, and lies within the page.
    ///
    /// Half a point of tolerance is given, since editors round.
    pub fn lies_within(&self, page: PageGeometry) -> bool {
        const TOLERANCE: f64 = 0.5;
        let numbers = [self.x, self.y, self.width, self.height];
        numbers.iter().all(|n| n.is_finite())
            && self.width >= Self::MIN_SIDE
            && self.height >= Self::MIN_SIDE
            && self.x >= -TOLERANCE
            && self.y >= -TOLERANCE
            && self.x + self.width <= page.width + TOLERANCE
            && self.y + self.height <= page.height + TOLERANCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_outside_the_page_are_seen() {
        let page = PageGeometry {
            width: 595.0,
            height: 842.0,
        };
        let inside = Rect {
            x: 531.0,
            y: 0.0,
            width: 64.0,
            height: 64.0,
        };
        assert!(inside.lies_within(page));
        assert!(!Rect { x: 532.0, ..inside }.lies_within(page));
        assert!(!Rect { width: 2.0, ..inside }.lies_within(page));
        assert!(
            !Rect {
                y: f64::NAN,
                ..inside
            }
            .lies_within(page)
        );
    }
}
