//! QR codes as vector drawings.

use qrcode::{EcLevel, QrCode, types::Color as Module};

use crate::vector::{Color, Drawing, rectangle};

/// The code for a text, with a quiet zone of `quiet` modules; `None` if the text is too long for one.
pub(crate) fn qr(text: &str, quiet: u8) -> Option<Drawing> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let width = code.width();
    let quiet = f32::from(quiet);
    let modules = code.to_colors();
    let edge = width as f32 + 2.0 * quiet;
    let mut drawing = Drawing::new(edge, edge);
    let mut path = Vec::new();
    for (y, row) in modules.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Module::Dark) {
                path.extend(rectangle(
                    quiet + x as f32,
                    quiet + y as f32,
                    run.len() as f32,
                    1.0,
                ));
            }
            x += run.len();
        }
    }
    drawing.fill(path, Color::INK);
    Some(drawing)
}
