//! A rehearsal of a page: everything is interpreted as for drawing, nothing is painted.
//!
//! It counts what drawing would cost, nested forms, patterns, masks and glyph procedures unfolded, and stops
//! as soon as a bound is exceeded; on the way it collects the glyphs.

use std::collections::HashSet;

use hayro::hayro_interpret::font::{Glyph as DrawnGlyph, GlyphId, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro::hayro_interpret::pattern::{Pattern, TilingPattern};
use hayro::hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};
use hayro::kurbo::{Affine, BezPath, Rect};

use crate::bounds::{Bound, Limits};
use crate::fonts::{Notes, SubstituteFonts};
use crate::guard::stop;
use crate::text::{Glyph, GlyphBox};

/// The device of a rehearsal.
pub(crate) struct Survey<'l> {
    limits: &'l Limits,
    fonts: &'l SubstituteFonts,
    notes: Notes,
    /// The picture, in pixels.
    target: Rect,
    /// Pixels for each displayed point.
    scale: f64,
    operations: u64,
    painted_pixels: f64,
    picture_pixels: u64,
    /// Inside a pattern, mask or glyph procedure: costs count, glyphs are not text.
    depth: u32,
    /// For each clip in force, whether it has the form of a form's own clip.
    clips: Vec<bool>,
    /// How many of them.
    forms: u32,
    masks: HashSet<u128>,
    last_filled: Option<(usize, Affine)>,
    pub(crate) glyphs: Vec<Glyph>,
    /// Characters in whose place a reader sees nothing, a box, or another character.
    pub(crate) missing: u32,
}

/// Ascent and descent of the em box, in thousandths of the font size: those of Japanese fonts.
const ASCENT: f64 = 880.0;
const DESCENT: f64 = -120.0;
/// What a glyph, a group and a form cost beside their content, in path segments.
const GLYPH_COST: u64 = 4;
const GROUP_COST: u64 = 16;
/// Path elements of a rectangle, turned or not: a move, three lines, a close.
const QUADRANGLE: usize = 5;

impl<'l> Survey<'l> {
    pub(crate) fn new(
        limits: &'l Limits,
        fonts: &'l SubstituteFonts,
        notes: Notes,
        target: Rect,
        scale: f64,
    ) -> Self {
        Self {
            limits,
            fonts,
            notes,
            target,
            scale,
            operations: 0,
            painted_pixels: 0.0,
            picture_pixels: 0,
            depth: 0,
            clips: Vec::new(),
            forms: 0,
            masks: HashSet::new(),
            last_filled: None,
            glyphs: Vec::new(),
            missing: 0,
        }
    }

    fn spend(&mut self, operations: u64) {
        self.operations = self.operations.saturating_add(operations);
        if self.operations > self.limits.operations {
            stop(Bound::Operations(self.limits.operations));
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a bound of pixels, exact to far below one in a million"
    )]
    fn paint(&mut self, area: Rect) {
        let area = area.intersect(self.target).area();
        // A degenerate transform paints nothing, or everything.
        self.painted_pixels += if area.is_finite() {
            area.max(1.0)
        } else {
            self.target.area()
        };
        if self.painted_pixels > self.limits.painted_pixels as f64 {
            stop(Bound::PaintedPixels(self.limits.painted_pixels));
        }
    }

    fn paint_everywhere(&mut self) {
        self.paint(self.target);
    }

    fn check_nesting(&self) {
        if self.forms.saturating_add(self.depth) > self.limits.nesting {
            stop(Bound::Nesting(self.limits.nesting));
        }
    }

    /// Interprets nested content with `run`; returns what it cost.
    fn inside(&mut self, run: impl FnOnce(&mut Self)) -> u64 {
        let before = self.operations;
        // The renderer of nested content has a mask cache of its own.
        let masks = std::mem::take(&mut self.masks);
        self.depth = self.depth.saturating_add(1);
        if self.depth > self.limits.layers {
            stop(Bound::Layers(self.limits.layers));
        }
        self.check_nesting();
        run(self);
        self.depth = self.depth.saturating_sub(1);
        self.masks = masks;
        self.operations.saturating_sub(before)
    }

    fn props(&mut self, props: &DrawProps<'_>, mode: &DrawMode) {
        if let Some(mask) = &props.soft_mask {
            self.mask(mask);
        }
        if let Paint::Pattern(pattern) = &props.paint
            && let Pattern::Tiling(tiling) = &**pattern
        {
            self.tiling(tiling, matches!(mode, DrawMode::Stroke(_)));
        }
    }

    fn mask(&mut self, mask: &SoftMask<'_>) {
        if self.masks.insert(mask.cache_key()) {
            self.spend(GROUP_COST);
            self.paint_everywhere();
            self.inside(|survey| mask.interpret(survey));
        }
    }

    fn tiling(&mut self, tiling: &TilingPattern<'_>, is_stroke: bool) {
        self.spend(GROUP_COST);
        self.paint_everywhere();
        let matrix = tiling.matrix;
        let cost = self.inside(|survey| {
            tiling.interpret(survey, matrix, is_stroke);
        });
        // A cell that is larger than its step is drawn several times, one over the other.
        let copies = copies(tiling.bbox.width(), tiling.x_step)
            .saturating_mul(copies(tiling.bbox.height(), tiling.y_step));
        self.spend(cost.max(1).saturating_mul(copies.saturating_sub(1)));
    }

    /// Whether something else than the character is seen, and not because the author's own font draws it so.
    fn is_missing(&self, glyph: &DrawnGlyph<'_>, text: Option<&str>) -> bool {
        let DrawnGlyph::Outline(outline) = glyph else {
            return false;
        };
        if self.notes.has_substitute()
            && let Some(shown) = self.fonts.shows(outline, text)
        {
            return !shown;
        }
        let says_something = text.is_some_and(|text| {
            text.chars()
                .any(|character| !character.is_whitespace() && !character.is_control())
        });
        outline.glyph_id() == GlyphId::NOTDEF && says_something && outline.outline().is_empty()
    }

    fn glyph(&mut self, glyph: &DrawnGlyph<'_>, transform: Affine, visible: bool, vertical: bool) {
        let (text, advance) = match glyph {
            DrawnGlyph::Outline(outline) => (outline.as_unicode(), outline.advance_width()),
            DrawnGlyph::Type3(procedure) => (procedure.as_unicode(), procedure.advance_width()),
        };
        let advance = advance.map_or(1000.0, f64::from);
        let em_box = transform.transform_rect_bbox(Rect::new(0.0, DESCENT, advance, ASCENT));
        self.spend(GLYPH_COST);
        self.paint(em_box);
        if self.depth > 0 {
            return;
        }
        let text = text.map(|text| match text {
            BfString::Char(character) => character.to_string(),
            BfString::String(text) => text,
        });
        if visible && self.is_missing(glyph, text.as_deref()) {
            self.missing = self.missing.saturating_add(1);
        }
        self.glyphs.push(Glyph {
            text,
            bounds: GlyphBox {
                x: em_box.x0 / self.scale,
                y: em_box.y0 / self.scale,
                width: em_box.width() / self.scale,
                height: em_box.height() / self.scale,
            },
            direction: direction(transform, vertical),
            visible,
            vertical,
        });
    }
}

impl<'a> Device<'a> for Survey<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(u64::try_from(path.elements().len()).unwrap_or(u64::MAX));
        self.paint(props.transform.transform_rect_bbox(path.control_box()));
        self.props(&props, mode);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        // Every form pushes its box first: a quadrangle. This also counts forms that draw nothing.
        let elements = clip.path.elements().len();
        self.spend(GROUP_COST.saturating_add(u64::try_from(elements).unwrap_or(u64::MAX)));
        let is_form = elements == QUADRANGLE;
        self.clips.push(is_form);
        self.forms = self.forms.saturating_add(u32::from(is_form));
        self.check_nesting();
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.spend(1);
        self.clips.push(false);
    }

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        self.spend(GROUP_COST);
        self.paint_everywhere();
        if let Some(mask) = mask {
            self.mask(&mask);
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.props(&props, mode);
        // Text that is filled and stroked comes twice; it is one text.
        let key = run
            .glyphs()
            .first()
            .map(|first| (run.glyphs().len(), props.transform * first.transform()));
        let again = matches!(mode, DrawMode::Stroke(_)) && key.is_some() && key == self.last_filled;
        self.last_filled = if again { None } else { key };
        let visible = !matches!(mode, DrawMode::Invisible);
        let vertical = run.writing_mode() == WritingMode::Vertical;
        for placed in run.glyphs() {
            if again {
                self.spend(GLYPH_COST);
                continue;
            }
            self.glyph(placed, props.transform * placed.transform(), visible, vertical);
            if let DrawnGlyph::Type3(procedure) = &**placed {
                self.inside(|survey| {
                    procedure.interpret(survey, props.transform, placed.transform(), &props.paint);
                });
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let (width, height) = (image.width(), image.height());
        self.spend(GROUP_COST);
        self.picture_pixels = self
            .picture_pixels
            .saturating_add(u64::from(width).saturating_mul(u64::from(height)));
        if self.picture_pixels > self.limits.picture_pixels {
            stop(Bound::PicturePixels(self.limits.picture_pixels));
        }
        let extent = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        self.paint(props.transform.transform_rect_bbox(extent));
        if let Some(mask) = &props.soft_mask {
            self.mask(mask);
        }
    }

    fn pop_clip(&mut self) {
        let was_form = self.clips.pop().unwrap_or(false);
        self.forms = self.forms.saturating_sub(u32::from(was_form));
    }

    fn pop_transparency_group(&mut self) {}
}

/// How often a pattern cell overlaps itself along one axis.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is what a bound needs"
)]
fn copies(extent: f64, step: f32) -> u64 {
    (extent / f64::from(step).abs()).ceil().max(1.0) as u64
}

/// Where a line of glyphs with this transform runs. A degenerate one runs to the right.
fn direction(transform: Affine, vertical: bool) -> (f64, f64) {
    let [a, b, c, d, _, _] = transform.as_coeffs();
    let (right, down) = if vertical { (-c, -d) } else { (a, b) };
    let length = right.hypot(down);
    if length.is_normal() {
        (right / length, down / length)
    } else {
        (1.0, 0.0)
    }
}
