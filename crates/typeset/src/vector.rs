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

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Segment {
    Move(f32, f32),
    Line(f32, f32),
    Quad(f32, f32, f32, f32),
    Cubic(f32, f32, f32, f32, f32, f32),
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
        Self { width, height, shapes: Vec::new() }
    }

    pub(crate) fn fill(&mut self, path: Vec<Segment>, color: Color) {
        self.shapes.push(Shape { path, paint: Paint::Fill(color) });
    }

    pub(crate) fn stroke(&mut self, path: Vec<Segment>, color: Color, width: f32) {
        self.shapes.push(Shape { path, paint: Paint::Stroke(color, width) });
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
            let Some(path) = skia_path(&shape.path) else { continue };
            let mut paint = tiny_skia::Paint { anti_alias: true, ..Default::default() };
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

/// A path for krilla, scaled and moved; `None` for an empty path.
pub(crate) fn krilla_path(
    path: &[Segment],
    scale: f32,
    dx: f32,
    dy: f32,
) -> Option<krilla::geom::Path> {
    let mut builder = krilla::geom::PathBuilder::new();
    let (x, y) = (|v: f32| v * scale + dx, |v: f32| v * scale + dy);
    for segment in path {
        match *segment {
            Segment::Move(a, b) => builder.move_to(x(a), y(b)),
            Segment::Line(a, b) => builder.line_to(x(a), y(b)),
            Segment::Quad(a, b, c, d) => builder.quad_to(x(a), y(b), x(c), y(d)),
            Segment::Cubic(a, b, c, d, e, f) => {
                builder.cubic_to(x(a), y(b), x(c), y(d), x(e), y(f));
            }
            Segment::Close => builder.close(),
        }
    }
    builder.finish()
}

pub(crate) fn circle(cx: f32, cy: f32, r: f32) -> Vec<Segment> {
    ellipse(cx, cy, r, r)
}

pub(crate) fn ellipse(cx: f32, cy: f32, rx: f32, ry: f32) -> Vec<Segment> {
    // The usual four cubic arcs; the error is below 0.03 % of the radius.
    const K: f32 = 0.552_284_8;
    let (kx, ky) = (rx * K, ry * K);
    vec![
        Segment::Move(cx + rx, cy),
        Segment::Cubic(cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry),
        Segment::Cubic(cx - kx, cy + ry, cx - rx, cy + ky, cx - rx, cy),
        Segment::Cubic(cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry),
        Segment::Cubic(cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy),
        Segment::Close,
    ]
}

pub(crate) fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Vec<Segment> {
    vec![
        Segment::Move(x, y),
        Segment::Line(x + width, y),
        Segment::Line(x + width, y + height),
        Segment::Line(x, y + height),
        Segment::Close,
    ]
}

pub(crate) fn rounded_rectangle(x: f32, y: f32, width: f32, height: f32, r: f32) -> Vec<Segment> {
    let (right, bottom) = (x + width, y + height);
    vec![
        Segment::Move(x + r, y),
        Segment::Line(right - r, y),
        Segment::Quad(right, y, right, y + r),
        Segment::Line(right, bottom - r),
        Segment::Quad(right, bottom, right - r, bottom),
        Segment::Line(x + r, bottom),
        Segment::Quad(x, bottom, x, bottom - r),
        Segment::Line(x, y + r),
        Segment::Quad(x, y, x + r, y),
        Segment::Close,
    ]
}

/// Collects a glyph outline under an affine map of the plane.
pub(crate) struct OutlineSink {
    pub(crate) path: Vec<Segment>,
    /// `x' = a x + c y + e`, `y' = b x + d y + f`.
    pub(crate) map: [f32; 6],
}

impl OutlineSink {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let [a, b, c, d, e, f] = self.map;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

impl OutlineBuilder for OutlineSink {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.push(Segment::Move(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.push(Segment::Line(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.push(Segment::Quad(x1, y1, x, y));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.push(Segment::Cubic(x1, y1, x2, y2, x, y));
    }

    fn close(&mut self) {
        self.path.push(Segment::Close);
    }
}

fn skia_path(path: &[Segment]) -> Option<tiny_skia::Path> {
    let mut builder = tiny_skia::PathBuilder::new();
    for segment in path {
        match *segment {
            Segment::Move(x, y) => builder.move_to(x, y),
            Segment::Line(x, y) => builder.line_to(x, y),
            Segment::Quad(a, b, x, y) => builder.quad_to(a, b, x, y),
            Segment::Cubic(a, b, c, d, x, y) => builder.cubic_to(a, b, c, d, x, y),
            Segment::Close => builder.close(),
        }
    }
    builder.finish()
}

fn svg_data(path: &[Segment]) -> String {
    let mut out = String::new();
    for segment in path {
        let (letter, numbers): (char, Vec<f32>) = match *segment {
            Segment::Move(x, y) => ('M', vec![x, y]),
            Segment::Line(x, y) => ('L', vec![x, y]),
            Segment::Quad(a, b, x, y) => ('Q', vec![a, b, x, y]),
            Segment::Cubic(a, b, c, d, x, y) => ('C', vec![a, b, c, d, x, y]),
            Segment::Close => ('Z', Vec::new()),
        };
        out.push(letter);
        let numbers: Vec<String> = numbers.into_iter().map(round).collect();
        out.push_str(&numbers.join(" "));
    }
    out
}

/// Two decimals without trailing zeros.
fn round(value: f32) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
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
