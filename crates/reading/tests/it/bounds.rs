//! A small file cannot ask for much time or memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use akashi_reading::{Bound, Limits, OpenError, PageReader, RenderError, SubstituteFonts};

use crate::builder::{File, is_dark, open};

/// Far more than any refusal takes, far less than drawing would.
const PATIENCE: Duration = Duration::from_secs(20);

fn bound(file: &File) -> Bound {
    let started = Instant::now();
    let refused = file.open().render(0, 780);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    match refused {
        Err(RenderError::Bound(bound)) => bound,
        other => panic!("{other:?}"),
    }
}

/// Forms that draw the next one ten times each.
fn laughs(levels: usize, content: &str) -> File {
    let mut file = File::a4("/XObject<</X 5 0 R>>", "/X Do");
    for level in 0..levels {
        let next = format!(
            "/Subtype/Form/BBox[-9999 -9999 9999 9999]/Resources<</XObject<</X {} 0 R>>>>",
            level + 6
        );
        file.add_stream(&next, "/X Do ".repeat(10).as_bytes());
    }
    file.add_stream("/Subtype/Form/BBox[-9999 -9999 9999 9999]", content.as_bytes());
    file
}

#[test]
fn a_compression_bomb_is_refused_before_it_is_drawn() {
    // Spaces, compressed twice over to almost nothing.
    let mut file = File::with_page("/MediaBox[0 0 300 400]/Contents 5 0 R", "");
    file.add_compressed("", &vec![b' '; 32 << 20], 2);
    let bytes = file.bytes();
    assert!(bytes.len() < 20_000, "{}", bytes.len());
    let mut limits = Limits::default();
    limits.decoded_bytes = 16 << 20;
    let reader = PageReader::open(Arc::from(bytes), SubstituteFonts::none(), limits).unwrap();
    let refused = reader.render(0, 780);
    assert!(
        matches!(refused, Err(RenderError::Bound(Bound::DecodedBytes(_)))),
        "{refused:?}"
    );
}

#[test]
fn nested_forms_are_counted_unfolded() {
    assert_eq!(
        bound(&laughs(12, "0 0 1 1 re f")),
        Bound::Operations(Limits::default().operations)
    );
}

#[test]
fn nested_forms_that_draw_nothing_are_counted_too() {
    assert_eq!(
        bound(&laughs(12, "")),
        Bound::Operations(Limits::default().operations)
    );
}

#[test]
fn a_form_that_draws_itself_ends() {
    let mut file = File::a4("/XObject<</X 5 0 R>>", "/X Do");
    file.add_stream(
        "/Subtype/Form/BBox[0 0 100 100]/Resources<</XObject<</X 5 0 R>>>>",
        b"/X Do 0 0 9 9 re f",
    );
    let started = Instant::now();
    file.open().render_best_effort(0, 300).unwrap();
    assert!(started.elapsed() < PATIENCE);
}

#[test]
fn patterns_masks_and_glyphs_that_use_themselves_end() {
    let state = "/ExtGState<</G<</SMask<</S/Luminosity/G 5 0 R>>>>>>";
    let font = "/Font<</F<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 65\
                /LastChar 65/Widths[1000]/CharProcs<</A 5 0 R>>/Encoding<</Differences[65/A]>>/Resources 6 0 R>>>>";
    let pattern =
        "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 100 100]/XStep 100/YStep 100/Resources 6 0 R";
    let group = "/Subtype/Form/BBox[0 0 600 800]/Group<</S/Transparency/CS/DeviceGray>>/Resources 6 0 R";
    let cases = [
        (
            "/Pattern<</P 5 0 R>>",
            "/Pattern cs /P scn 0 0 90 90 re f",
            pattern,
        ),
        (state, "/G gs 0 0 90 90 re f", group),
        (font, "BT /F 20 Tf 10 10 Td (A) Tj ET", ""),
    ];
    for (resources, content, entries) in cases {
        let mut file = File::with_page("/MediaBox[0 0 300 400]/Contents 4 0 R/Resources 6 0 R", content);
        file.add_stream(entries, content.as_bytes());
        file.add(&format!("<<{resources}>>"));
        let started = Instant::now();
        match file.open().render_best_effort(0, 300) {
            Ok(_) | Err(RenderError::Bound(Bound::Nesting(_) | Bound::Layers(_))) => {}
            Err(error) => panic!("{resources}: {error:?}"),
        }
        assert!(
            started.elapsed() < PATIENCE,
            "{resources}: {:?}",
            started.elapsed()
        );
    }
}

/// Patterns inside each other, each behind so many forms, with a black page at the bottom of all.
fn nest(layers: usize, forms: usize) -> File {
    let mut file = File::a4("/Pattern<</P 5 0 R>>", "/Pattern cs /P scn 0 0 600 850 re f");
    let mut next = 5;
    for layer in 1..=layers {
        let pattern = "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 600 850]/XStep 600/YStep 850";
        let (black, deeper) = ("0 g 0 0 600 850 re f", "/Pattern cs /P scn 0 0 600 850 re f");
        let last = if layer == layers { black } else { deeper };
        for form in 0..=forms {
            next += 1;
            let entries = if form == 0 {
                pattern
            } else {
                "/Subtype/Form/BBox[0 0 600 850]"
            };
            let content = if form == forms { last } else { "/X Do" };
            let resources = format!("/Resources<</XObject<</X {next} 0 R>>/Pattern<</P {next} 0 R>>>>");
            file.add_stream(&format!("{entries}{resources}"), content.as_bytes());
        }
    }
    file
}

#[test]
fn nested_content_is_drawn_to_the_bottom_or_refused() {
    // A pattern counts twice: as a layer, and for the box that it clips to.
    for (layers, forms) in [
        (1, 0),
        (1, 43),
        (12, 1),
        (9, 3),
        (1, 44),
        (1, 48),
        (1, 60),
        (12, 2),
        (13, 0),
        (30, 30),
    ] {
        let nesting = layers * (forms + 2);
        match nest(layers, forms).open().render(0, 100) {
            Ok(image) => {
                assert!(nesting <= 45 && layers <= 12, "{layers}, {forms}");
                assert!(
                    is_dark(&image, 595.0, 300.0, 400.0),
                    "{layers}, {forms}: not drawn"
                );
            }
            Err(RenderError::Bound(Bound::Nesting(45))) => assert!(nesting > 45, "{layers}, {forms}"),
            Err(RenderError::Bound(Bound::Layers(12))) => assert!(layers > 12, "{layers}, {forms}"),
            Err(error) => panic!("{layers}, {forms}: {error:?}"),
        }
    }
}

#[test]
fn a_pattern_with_tiny_steps_is_refused() {
    let mut file = File::a4("/Pattern<</P 5 0 R>>", "/Pattern cs /P scn 0 0 500 500 re f");
    file.add_stream(
        "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1000 1000]/XStep 0.01/YStep 0.01/Resources<<>>",
        b"0 0 9 9 re f",
    );
    assert_eq!(bound(&file), Bound::Operations(Limits::default().operations));
}

#[test]
fn painting_the_page_over_and_over_is_refused() {
    let mut file = File::with_page("/MediaBox[0 0 300 400]/Contents 5 0 R", "");
    file.add_compressed("", "0 0 300 400 re f\n".repeat(200_000).as_bytes(), 1);
    assert_eq!(
        bound(&file),
        Bound::PaintedPixels(Limits::default().painted_pixels)
    );
}

#[test]
fn a_giant_picture_is_refused_whatever_its_dictionary_says() {
    let frame = [
        0xff, 0xd8, 0xff, 0xc0, 0, 0x11, 8, 0xff, 0xff, 0xff, 0xff, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1,
    ];
    for entries in ["/Width 65535/Height 65535", "/Width 10/Height 10"] {
        let mut file = File::a4("/XObject<</I 5 0 R>>", "400 0 0 400 0 0 cm /I Do");
        let entries =
            format!("/Subtype/Image{entries}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode");
        file.add_stream(&entries, &frame);
        assert_eq!(
            bound(&file),
            Bound::PicturePixels(Limits::default().picture_pixels)
        );
    }
}

#[test]
fn impossible_widths_are_refused() {
    let reader = File::a4("", "").open();
    for width in [0, 4_001, u32::MAX] {
        assert!(matches!(
            reader.render(0, width),
            Err(RenderError::Bound(Bound::ImageWidth(4_000)))
        ));
    }
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let mut limits = Limits::default();
    limits.file_bytes = 10;
    let refused = PageReader::open(
        Arc::from(File::a4("", "").bytes()),
        SubstituteFonts::none(),
        limits,
    );
    assert!(matches!(refused, Err(OpenError::Bound(Bound::FileBytes(10)))));
}

#[test]
fn what_is_no_pdf_is_an_error() {
    for bytes in [&b""[..], b"%PDF-1.7", b"hello", &[0; 4096]] {
        assert!(
            matches!(open(bytes.to_vec()), Err(OpenError::Pdf(_))),
            "{bytes:?}"
        );
    }
}
