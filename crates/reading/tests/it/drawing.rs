//! Pictures show the page as a reader sees it.

use akashi_reading::{MediaType, PageReader, RenderError};

use crate::builder::{File, HELVETICA, is_dark};

/// A black square of 100 points at the lower left of the visible page: user space 30 to 130, 40 to 140.
const SQUARE: &str = "0 g 30 40 100 100 re f";

fn page(entries: &str) -> PageReader {
    File::with_page(&format!("/MediaBox[0 0 300 400]/Contents 4 0 R{entries}"), SQUARE).open()
}

#[test]
fn an_upright_page_keeps_its_place() {
    let reader = page("");
    let image = reader.render(0, 600).unwrap();
    assert_eq!((image.width_px(), image.height_px()), (600, 800));
    assert!(is_dark(&image, 300.0, 35.0, 400.0 - 45.0));
    assert!(is_dark(&image, 300.0, 125.0, 400.0 - 135.0));
    assert!(!is_dark(&image, 300.0, 25.0, 400.0 - 45.0));
    assert!(!is_dark(&image, 300.0, 35.0, 400.0 - 145.0));
    assert!(image.defects().is_empty());
}

#[test]
fn rotation_is_applied_clockwise() {
    // Where the corner (30, 40) of the square is displayed, its inside to the right and up in user space.
    let corners = [
        (90, (400.0, 300.0), (45.0, 35.0)),
        (180, (300.0, 400.0), (265.0, 45.0)),
        (270, (400.0, 300.0), (355.0, 265.0)),
    ];
    for (rotation, size, (x, y)) in corners {
        let reader = page(&format!("/Rotate {rotation}"));
        assert_eq!(reader.page_size(0), Some(size), "{rotation}");
        let image = reader.render(0, 400).unwrap();
        assert!(is_dark(&image, size.0, x, y), "{rotation}");
        assert!(!is_dark(&image, size.0, size.0 - x, size.1 - y), "{rotation}");
    }
}

#[test]
fn crop_box_and_user_unit_decide_what_is_seen() {
    let reader = page("/CropBox[30 40 230 240]/UserUnit 2");
    assert_eq!(reader.page_size(0), Some((400.0, 400.0)));
    let image = reader.render(0, 400).unwrap();
    assert_eq!(image.height_px(), 400);
    assert!(is_dark(&image, 400.0, 5.0, 395.0));
    assert!(is_dark(&image, 400.0, 195.0, 205.0));
    assert!(!is_dark(&image, 400.0, 205.0, 205.0));
}

#[test]
fn a_crop_box_beyond_the_medium_is_cut() {
    let reader = page("/CropBox[-100 -100 1000 1000]");
    assert_eq!(reader.page_size(0), Some((300.0, 400.0)));
}

#[test]
fn appearances_of_annotations_and_fields_are_drawn() {
    let mut file = File::with_page("/MediaBox[0 0 300 400]/Annots[6 0 R]", "");
    file.add_stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 10 10]",
        b"0 g 0 0 10 10 re f",
    );
    file.add("<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(x)/Rect[100 100 200 200]/AP<</N 5 0 R>>>>");
    let image = file.open().render(0, 300).unwrap();
    assert!(is_dark(&image, 300.0, 150.0, 250.0));
    assert!(!is_dark(&image, 300.0, 90.0, 250.0));
}

#[test]
fn a_long_page_is_drawn_smaller_and_not_refused() {
    let reader = File::with_page("/MediaBox[0 0 100 14400]/Contents 4 0 R", SQUARE).open();
    let image = reader.render(0, 780).unwrap();
    assert!(u16::try_from(image.height_px()).is_ok());
    assert!(u64::from(image.width_px()) * u64::from(image.height_px()) <= 16_100_000);
    assert!(image.width_px() < 780);
}

#[test]
fn text_pages_are_small_on_a_phone() {
    let line = "BT /F1 9 Tf 40 {y} Td (This agreement is made between the parties named below, and sets out all terms.) Tj ET\n";
    let content: String = (0..60)
        .map(|row| line.replace("{y}", &(800 - row * 12).to_string()))
        .collect();
    let image = File::a4(HELVETICA, &content).open().render(0, 780).unwrap();
    let encoded = image.encode(100 * 1024).unwrap();
    assert_eq!(encoded.media_type, MediaType::Png);
    assert_eq!(MediaType::detect(&encoded.bytes), Some(MediaType::Png));
    assert!(encoded.bytes.len() <= 100 * 1024, "{encoded:?}");
    let decoded = image::load_from_memory(&encoded.bytes).unwrap();
    assert_eq!(
        (decoded.width(), decoded.height()),
        (image.width_px(), image.height_px())
    );
}

#[test]
fn photographs_become_jpeg_when_they_must() {
    // Noise compresses without loss to nothing useful.
    let mut state = 7_u32;
    let noise: Vec<u8> = (0..400 * 400 * 3)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    let mut file = File::with_page(
        "/MediaBox[0 0 400 400]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>",
        "400 0 0 400 0 0 cm /I Do",
    );
    file.add_compressed(
        "/Subtype/Image/Width 400/Height 400/ColorSpace/DeviceRGB/BitsPerComponent 8",
        &noise,
        1,
    );
    let image = file.open().render(0, 400).unwrap();
    let encoded = image.encode(1).unwrap();
    assert_eq!(encoded.media_type, MediaType::Jpeg);
    assert_eq!(MediaType::detect(&encoded.bytes), Some(MediaType::Jpeg));
    assert!(encoded.bytes.len() < image.to_png().unwrap().bytes.len() / 2);
}

#[test]
fn drawings_with_many_colours_become_webp_before_jpeg() {
    // Stripes of 400 colours: too many for a palette, easy without loss.
    let stripe = |row: u32| {
        let [red, green, blue] =
            [(row, 400), (row % 20, 20), (row % 7, 7)].map(|(part, of)| f64::from(part) / f64::from(of));
        format!("{red} {green} {blue} rg 0 {row} 400 1 re f\n")
    };
    let stripes = (0..400).map(stripe).collect::<Vec<_>>().concat();
    let image = File::with_page("/MediaBox[0 0 400 400]/Contents 4 0 R", &stripes)
        .open()
        .render(0, 400)
        .unwrap();
    let encoded = image.encode(100 * 1024).unwrap();
    assert_eq!(encoded.media_type, MediaType::WebP);
    assert_eq!(MediaType::detect(&encoded.bytes), Some(MediaType::WebP));
    let decoded = image::load_from_memory(&encoded.bytes).unwrap().to_rgb8();
    assert_eq!(decoded.as_raw(), image.rgb());
}

#[test]
fn a_reader_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<PageReader>();
}

#[test]
fn a_page_that_does_not_exist_is_named() {
    let reader = page("");
    assert!(matches!(
        reader.render(1, 100),
        Err(RenderError::NoSuchPage { index: 1, count: 1 })
    ));
    assert_eq!(reader.page_size(1), None);
}
