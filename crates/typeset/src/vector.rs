//! Small vector drawings (seals, handwriting, check marks, QR codes) and their outputs: PDF paths,
//! SVG, pixels.

use std::fmt::Write as _;

use rustybuzz::ttf_parser::OutlineBuilder;

/// An sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Color(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Color {
    /// Text on paper.
    pub(crate) const INK: Self = Self(0x1a, 0x1a, 0x1a);
    /// Secondary text.
    pub(crate) const SOFT: Self = Self(0x4d, 0x4d, 0x4d);
    /// Rules of tables.
    pub(crate) const RULE: Self = Self(0x8a, 0x8a, 0x8a);
    /// Shaded label cells.
    pub(crate) const CELL: Self = Self(0xf2, 0xf2, 0xef);
    /// Seal ink (朱).
    pub(crate) const VERMILION: Self = Self(0xc8, 0x34, 0x1a);

    fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// Horizontal and vertical position.
pub(crate) type Point = (f32, f32);

/// A piece of an outline; the last point is where the next piece begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Segment {
    Move(Point),
    Line(Point),
    Quad(Point, Point),
    Cubic(Point, Point, Point),
    Close,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Paint {
    Fill(Color),
    /// Round caps and joins.
    Stroke(Color, f32),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    pub(crate) path: Vec<Segment>,
    pub(crate) paint: Paint,
}

/// Shapes on a canvas of `width` × `height` units, origin top left.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drawing {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) shapes: Vec<Shape>,
}

impl Drawing {
    pub(crate) fn new(width: f32, height: f32) -> Self {
        Self {
            width,
            height,
            shapes: Vec::new(),
        }
    }

    pub(crate) fn fill(&mut self, path: Vec<Segment>, color: Color) {
        self.shapes.push(Shape {
            path,
            paint: Paint::Fill(color),
        });
    }

    pub(crate) fn stroke(&mut self, path: Vec<Segment>, color: Color, width: f32) {
        self.shapes.push(Shape {
            path,
            paint: Paint::Stroke(color, width),
        });
    }

    /// The scale and offset with which the drawing fills a box, centred, without distortion.
    pub(crate) fn fit(&self, width: f32, height: f32) -> (f32, f32, f32) {
        let scale = (width / self.width).min(height / self.height);
        let dx = (width - self.width * scale) / 2.0;
        let dy = (height - self.height * scale) / 2.0;
        (scale, dx, dy)
    }

    /// An SVG document. `label` is its accessible name.
    pub(crate) fn to_svg(&self, label: &str) -> String {
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
            round(self.width),
            round(self.height),
            escape(label)
        );
        for shape in &self.shapes {
            let data = svg_data(&shape.path);
            // Writing into a String cannot fail.
            let _ = match shape.paint {
                Paint::Fill(color) => write!(out, "<path fill=\"{}\" d=\"{data}\"/>", color.hex()),
                Paint::Stroke(color, width) => write!(
                    out,
                    "<path fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\" stroke-linejoin=\"round\" d=\"{data}\"/>",
                    color.hex(),
                    round(width)
                ),
            };
        }
        out.push_str("</svg>");
        out
    }

    /// Pixels, RGBA with straight alpha, row by row; `None` if the size is not usable.
    pub(crate) fn to_rgba(&self, width: u32, height: u32) -> Option<Vec<u8>> {
        let mut map = tiny_skia::Pixmap::new(width, height)?;
        let (scale, dx, dy) = self.fit(width as f32, height as f32);
        let transform = tiny_skia::Transform::from_row(scale, 0.0, 0.0, scale, dx, dy);
        for shape in &self.shapes {
            let Some(path) = skia_path(&shape.path) else {
                continue;
            };
            let mut paint = tiny_skia::Paint {
                anti_alias: true,
                ..Default::default()
            };
            match shape.paint {
                Paint::Fill(color) => {
                    paint.set_color_rgba8(color.0, color.1, color.2, 255);
                    map.fill_path(&path, &paint, tiny_skia::FillRule::Winding, transform, None);
                }
                Paint::Stroke(color, width) => {
                    paint.set_color_rgba8(color.0, color.1, color.2, 255);
                    let stroke = tiny_skia::Stroke {
                        width,
                        line_cap: tiny_skia::LineCap::Round,
                        line_join: tiny_skia::LineJoin::Round,
                        ..Default::default()
                    };
                    map.stroke_path(&path, &paint, &stroke, transform, None);
                }
            }
        }
        let pixels = map.pixels().iter().flat_map(|pixel| {
            let pixel = pixel.demultiply();
            [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
        });
        Some(pixels.collect())
    }
}

/// A path for krilla, rounded to hundredths; `None` for an empty path.
pub(crate) fn krilla_path(path: &[Segment]) -> Option<krilla::geom::Path> {
    let mut builder = krilla::geom::PathBuilder::new();
    let short = |point: Point| (hundredths(point.0), hundredths(point.1));
    for segment in path {
        match *segment {
            Segment::Move(to) => {
                let to = short(to);
                builder.move_to(to.0, to.1);
            }
            Segment::Line(to) => {
                let to = short(to);
                builder.line_to(to.0, to.1);
            }
            Segment::Quad(control, to) => {
                let (control, to) = (short(control), short(to));
                builder.quad_to(control.0, control.1, to.0, to.1);
            }
            Segment::Cubic(first, second, to) => {
                let (first, second, to) = (short(first), short(second), short(to));
                builder.cubic_to(first.0, first.1, second.0, second.1, to.0, to.1);
            }
            Segment::Close => builder.close(),
        }
    }
    builder.finish()
}

/// Rounded, so that numbers are short in a page description; a hundredth of a point is 3.5 µm.
pub(crate) fn hundredths(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}

pub(crate) fn circle(center: Point, radius: f32) -> Vec<Segment> {
    // The usual four cubic arcs; the error is below 0.03 % of the radius.
    let bend = radius * 0.552_284_8;
    let at = |dx: f32, dy: f32| (center.0 + dx, center.1 + dy);
    let r = radius;
    vec![
        Segment::Move(at(r, 0.0)),
        Segment::Cubic(at(r, bend), at(bend, r), at(0.0, r)),
        Segment::Cubic(at(-bend, r), at(-r, bend), at(-r, 0.0)),
        Segment::Cubic(at(-r, -bend), at(-bend, -r), at(0.0, -r)),
        Segment::Cubic(at(bend, -r), at(r, -bend), at(r, 0.0)),
        Segment::Close,
    ]
}

pub(crate) fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Vec<Segment> {
    let (right, bottom) = (x + width, y + height);
    vec![
        Segment::Move((x, y)),
        Segment::Line((right, y)),
        Segment::Line((right, bottom)),
        Segment::Line((x, bottom)),
        Segment::Close,
    ]
}

pub(crate) fn rounded_rectangle(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Vec<Segment> {
    let (right, bottom) = (x + width, y + height);
    vec![
        Segment::Move((x + radius, y)),
        Segment::Line((right - radius, y)),
        Segment::Quad((right, y), (right, y + radius)),
        Segment::Line((right, bottom - radius)),
        Segment::Quad((right, bottom), (right - radius, bottom)),
        Segment::Line((x + radius, bottom)),
        Segment::Quad((x, bottom), (x, bottom - radius)),
        Segment::Line((x, y + radius)),
        Segment::Quad((x, y), (x + radius, y)),
        Segment::Close,
    ]
}

/// An affine map of the plane: where the origin goes, and where the unit vectors point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Map {
    pub(crate) right: Point,
    pub(crate) up: Point,
    pub(crate) origin: Point,
}

impl Map {
    fn at(&self, x: f32, y: f32) -> Point {
        (
            self.right.0 * x + self.up.0 * y + self.origin.0,
            self.right.1 * x + self.up.1 * y + self.origin.1,
        )
    }
}

/// Collects a glyph outline under a map.
pub(crate) struct OutlineSink<'a> {
    pub(crate) path: &'a mut Vec<Segment>,
    pub(crate) map: Map,
}

impl OutlineBuilder for OutlineSink<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.push(Segment::Move(self.map.at(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.push(Segment::Line(self.map.at(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.path
            .push(Segment::Quad(self.map.at(x1, y1), self.map.at(x, y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let segment = Segment::Cubic(self.map.at(x1, y1), self.map.at(x2, y2), self.map.at(x, y));
        self.path.push(segment);
    }

    fn close(&mut self) {
        self.path.push(Segment::Close);
    }
}

fn skia_path(path: &[Segment]) -> Option<tiny_skia::Path> {
    let mut builder = tiny_skia::PathBuilder::new();
    for segment in path {
        match *segment {
            Segment::Move(to) => builder.move_to(to.0, to.1),
            Segment::Line(to) => builder.line_to(to.0, to.1),
            Segment::Quad(control, to) => builder.quad_to(control.0, control.1, to.0, to.1),
            Segment::Cubic(first, second, to) => {
                builder.cubic_to(first.0, first.1, second.0, second.1, to.0, to.1);
            }
            Segment::Close => builder.close(),
        }
    }
    builder.finish()
}

fn svg_data(path: &[Segment]) -> String {
    let mut out = String::new();
    for segment in path {
        let (letter, points) = match *segment {
            Segment::Move(to) => ('M', vec![to]),
            Segment::Line(to) => ('L', vec![to]),
            Segment::Quad(control, to) => ('Q', vec![control, to]),
            Segment::Cubic(first, second, to) => ('C', vec![first, second, to]),
            Segment::Close => ('Z', Vec::new()),
        };
        out.push(letter);
        let numbers: Vec<String> = points
            .into_iter()
            .flat_map(|(x, y)| [round(x), round(y)])
            .collect();
        out.push_str(&numbers.join(" "));
    }
    out
}

/// Two decimals without trailing zeros.
fn round(value: f32) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

fn escape(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            c if c.is_control() => String::new(),
            c => c.to_string(),
        })
        .collect()
}
