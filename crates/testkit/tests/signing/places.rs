//! A visible signature stands within a point of where it was put, as poppler paints it.

use std::path::Path;
use std::process::Command;

use akashi_pades::{Drawing, NewField, Placement, SignatureDraft};
use akashi_pki::Signer;

use crate::paper::{file, open};
use crate::world::{World, appended, at, days};

const DOTS_PER_INCH: u32 = 144;

/// Media box, crop box and user unit; every one is turned four ways.
const PAGES: [(&str, f64); 5] = [
    ("/MediaBox[0 0 300 400]", 1.0),
    ("/MediaBox[0 0 300 400]/CropBox[20 30 250 330]", 1.0),
    ("/MediaBox[-100 -50 250 300]/CropBox[-80 -20 200 250]", 1.0),
    ("/MediaBox[0 0 300 400]/UserUnit 2", 2.0),
    (
        "/MediaBox[-30.5 -40.25 280 390]/CropBox[-10 -15 230.5 300.75]/UserUnit 1.5",
        1.5,
    ),
];

/// A drawing of this size, filled with black.
fn black(width: u32, height: u32) -> Vec<u8> {
    let content = format!("0 0 {width} {height} re f");
    file(
        "1.7",
        &[
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            &format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R/Resources<<>>>>"
            ),
            &format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        ],
    )
}

/// Left, top, right and bottom of the ink, in pixels.
fn ink(path: &Path) -> [u32; 4] {
    let output = Command::new("pdftoppm")
        .args(["-gray", "-cropbox", "-r", &DOTS_PER_INCH.to_string()])
        .arg(path)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut parts = output.stdout.splitn(4, u8::is_ascii_whitespace);
    let mut part = || parts.next().unwrap();
    assert_eq!(part(), b"P5");
    let width: u32 = std::str::from_utf8(part()).unwrap().parse().unwrap();
    part();
    let pixels = part();
    let start = pixels.iter().position(u8::is_ascii_whitespace).unwrap() + 1;
    let mut bounds = [u32::MAX, u32::MAX, 0, 0];
    for (index, grey) in (0_u32..).zip(&pixels[start..]) {
        if *grey < 128 {
            let (x, y) = (index % width, index / width);
            bounds = [
                bounds[0].min(x),
                bounds[1].min(y),
                bounds[2].max(x + 1),
                bounds[3].max(y + 1),
            ];
        }
    }
    bounds
}

#[test]
fn ink_is_within_a_point_of_the_place() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let (key, signer) = world.signer(now - days(10), 3);
    let drawing = black(60, 30);
    let drawing = open(&drawing);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("place.pdf");
    for (boxes, user_unit) in PAGES {
        for rotation in [0, 90, 180, 270] {
            let paper = file(
                "1.7",
                &[
                    "<</Type/Catalog/Pages 2 0 R>>",
                    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                    &format!("<</Type/Page/Parent 2 0 R/Resources<<>>/Rotate {rotation}{boxes}>>"),
                ],
            );
            let document = open(&paper);
            let place = Placement {
                page: 0,
                x: 40.0,
                y: 70.0,
                width: 60.0,
                height: 30.0,
            };
            let field = NewField {
                name: "Seal",
                label: "",
                appearance: Some((
                    place,
                    Drawing {
                        document: &drawing,
                        page: 0,
                    },
                )),
            };
            let draft = SignatureDraft::new(&document, &field).unwrap();
            let prepared = draft.prepare(&signer, now, world.seed()).unwrap();
            let value = key.sign(prepared.to_be_signed()).unwrap();
            let signed = appended(&paper, &prepared.embed(&value).unwrap().into_revision());
            std::fs::write(&path, &signed).unwrap();
            // poppler takes a user unit for a point.
            let scale = f64::from(DOTS_PER_INCH) / 72.0 / user_unit;
            let wanted = [40.0, 70.0, 100.0, 100.0].map(|edge| edge * scale);
            for (found, wanted) in ink(&path).into_iter().zip(wanted) {
                let difference = (f64::from(found) - wanted).abs() / scale;
                assert!(difference <= 1.0, "{boxes} {rotation}: {found} {wanted}");
            }
        }
    }
}
