//! Drawings of signing acts.

use akashi_typeset::appearance::{FontSize, Lines, TextAlign};
use akashi_typeset::date::DateStyle;
use akashi_typeset::{
    Appearance, Checked, Content, DrawError, FontBook, Handwriting, InkError, InkPoint, Language, Mark,
    MarkPlace, Picture, PictureError, Seal, SignatureBlock, TextValue, draw_act,
};
use jiff::civil::date;

use crate::outside;

fn sized(width: f32, height: f32, content: Content) -> Appearance {
    Appearance {
        width,
        height,
        content,
    }
}

fn text(value: &str) -> Content {
    Content::Text(TextValue::fitted(value))
}

fn pen() -> Handwriting {
    let stroke = (0_u8..30)
        .map(|i| InkPoint {
            x: f32::from(i) * 4.0,
            y: 40.0 + f32::from(i % 5),
        })
        .collect();
    Handwriting::new(&[stroke]).unwrap()
}

fn everything(book: &FontBook) -> Vec<Appearance> {
    let seal = Seal::round(book, "𠮷野").unwrap();
    let picture = Picture::from_png(&Seal::square(book, "みなと市").unwrap().to_png(300).unwrap()).unwrap();
    let block = SignatureBlock {
        mark: Some(Mark::Seal(seal.clone())),
        name: "𠮷野 咲".to_owned(),
        signed_at: "2026-11-25T04:02:57Z".parse().unwrap(),
        lines: vec![
            "株式会社みなと製作所".to_owned(),
            "理由: 契約内容に同意".to_owned(),
        ],
        language: Language::Japanese,
    };
    let several = TextValue {
        text: "神奈川県横浜市中区海岸通\r\n９丁目４番２号".to_owned(),
        size: FontSize::Fit,
        lines: Lines::Several,
        align: TextAlign::Left,
    };
    vec![
        sized(64.0, 64.0, Content::Seal(Mark::Seal(seal))),
        sized(64.0, 64.0, Content::Seal(Mark::Picture(picture))),
        sized(120.0, 40.0, Content::Handwriting(Mark::Ink(pen()))),
        sized(150.0, 30.0, Content::TypedName("佐伯 真由美".to_owned())),
        sized(150.0, 18.0, text("葛󠄀城 理恵")),
        sized(200.0, 40.0, Content::Text(several)),
        sized(18.0, 18.0, Content::Check(Checked::Yes)),
        sized(18.0, 18.0, Content::Check(Checked::No)),
        sized(120.0, 18.0, Content::Date(date(2026, 11, 25), DateStyle::Wareki)),
        sized(200.0, 60.0, Content::Signature(block)),
        sized(0.0, 0.0, Content::Empty),
    ]
}

#[test]
fn one_page_for_each_appearance() {
    let book = FontBook::embedded();
    let appearances = everything(&book);
    let act = draw_act(&book, &appearances).unwrap();
    outside::assert_sound(&act.pdf);
    assert_eq!(act.pages.len(), appearances.len());
    assert!((act.pages[3].width - 150.0).abs() < 0.001);
    assert!((act.pages[10].width - 1.0).abs() < 0.001);
    insta::assert_snapshot!(outside::text(&act.pdf).replace('\u{c}', "----\n"));
}

#[test]
fn one_font_file_for_all_gothic_text_of_an_act() {
    let book = FontBook::embedded();
    let appearances: Vec<Appearance> = (0..20)
        .map(|i| sized(150.0, 18.0, text(&format!("第{i}欄の値"))))
        .collect();
    let act = draw_act(&book, &appearances).unwrap();
    let objects = outside::objects(&act.pdf).to_string();
    assert_eq!(objects.matches("/FontFile2").count(), 1);
    assert!(!objects.contains("/Annots"));
    assert!(!objects.contains("/StructParents"));
}

#[test]
fn the_ground_is_transparent() {
    let book = FontBook::embedded();
    let act = draw_act(
        &book,
        &[sized(
            50.0,
            50.0,
            Content::Seal(Mark::Seal(Seal::round(&book, "林").unwrap())),
        )],
    );
    let painted = outside::painted(&act.unwrap().pdf, 0, 72);
    assert_eq!(painted.grey[0], 255);
    assert!(
        painted.ink(200).contains(&(2.5, 25.5)),
        "the ring stands at the edge"
    );
}

#[test]
fn the_same_act_gives_the_same_bytes() {
    let first = FontBook::embedded();
    let second = FontBook::embedded();
    let drawn = draw_act(&first, &everything(&first)).unwrap();
    assert_eq!(drawn.pdf, draw_act(&first, &everything(&first)).unwrap().pdf);
    assert_eq!(drawn.pdf, draw_act(&second, &everything(&second)).unwrap().pdf);
}

#[test]
fn unknown_characters_are_refused_with_their_field() {
    let book = FontBook::embedded();
    let appearances = [
        sized(150.0, 18.0, text("山田")),
        sized(150.0, 18.0, text("花子😀")),
    ];
    let Err(DrawError::Missing {
        appearance,
        characters,
    }) = draw_act(&book, &appearances)
    else {
        panic!("drawn");
    };
    assert_eq!(appearance, 1);
    assert_eq!(characters[0].to_string(), "😀 (U+1F600)");
    assert_eq!(appearances[0].check(&book), Ok(()));
    assert!(appearances[1].check(&book).is_err());
}

#[test]
fn text_is_never_cut_off() {
    let book = FontBook::embedded();
    let long = "長い文字列".repeat(40);
    let fixed = TextValue {
        size: FontSize::Points(12.0),
        ..TextValue::fitted("十二ポイントでは入らない文字列")
    };
    for content in [
        text(&long),
        Content::Text(fixed),
        Content::TypedName(long.clone()),
    ] {
        let drawn = draw_act(&book, &[sized(100.0, 18.0, content)]);
        assert_eq!(
            drawn.map(drop).unwrap_err(),
            DrawError::DoesNotFit { appearance: 0 }
        );
    }
    // The same text fits where there is room for it in several lines, and all of it is there.
    let several = TextValue {
        lines: Lines::Several,
        ..TextValue::fitted(&long)
    };
    let act = draw_act(&book, &[sized(200.0, 120.0, Content::Text(several))]).unwrap();
    assert_eq!(outside::joined(&act.pdf), long);
}

#[test]
fn lines_stay_inside_of_the_field() {
    let book = FontBook::embedded();
    let several = TextValue {
        lines: Lines::Several,
        ..TextValue::fitted(&"横浜市中区海岸通、".repeat(12))
    };
    let act = draw_act(&book, &[sized(160.0, 70.0, Content::Text(several))]).unwrap();
    let painted = outside::painted(&act.pdf, 0, 72);
    let last = f32::from(painted.width) - 1.0;
    assert!(painted.ink(250).iter().all(|(x, _)| (1.0..last).contains(x)));
}

#[test]
fn sizes_and_counts_have_limits() {
    let book = FontBook::embedded();
    assert_eq!(draw_act(&book, &[]).map(drop), Err(DrawError::Count));
    for (width, height) in [
        (f32::NAN, 10.0),
        (-1.0, 10.0),
        (10.0, f32::INFINITY),
        (20_000.0, 10.0),
    ] {
        let drawn = draw_act(&book, &[sized(width, height, Content::Empty)]);
        assert_eq!(drawn.map(drop), Err(DrawError::Size { appearance: 0 }));
    }
    let many = vec![sized(1.0, 1.0, Content::Empty); 2_001];
    assert_eq!(draw_act(&book, &many).map(drop), Err(DrawError::Count));
    let size = TextValue {
        size: FontSize::Points(0.0),
        ..TextValue::fitted("a")
    };
    let drawn = draw_act(&book, &[sized(10.0, 10.0, Content::Text(size))]);
    assert_eq!(drawn.map(drop), Err(DrawError::Size { appearance: 0 }));
}

#[test]
fn an_amount_stands_at_the_right() {
    let book = FontBook::embedded();
    let value = TextValue {
        align: TextAlign::Right,
        ..TextValue::fitted("1,000円")
    };
    let act = draw_act(&book, &[sized(200.0, 18.0, Content::Text(value))]).unwrap();
    let ink = outside::painted(&act.pdf, 0, 72).ink(200);
    assert!(!ink.is_empty() && ink.iter().all(|(x, _)| *x > 100.0));
}

#[test]
fn pictures_are_checked_before_they_are_decoded() {
    let limit = Picture::MAX_BYTES;
    assert_eq!(
        Picture::from_png(&vec![0; limit + 1]).map(drop),
        Err(PictureError::TooLarge)
    );
    for bytes in [&b""[..], b"GIF89a", b"\x89PNG\r\n\x1a\n", &[0xff; 100]] {
        assert!(
            matches!(Picture::from_png(bytes), Err(PictureError::NotPng(_))),
            "{bytes:?}"
        );
    }
    assert_eq!(
        Picture::from_png(&png(5_000, 1, [1, 2, 3, 255])).map(drop),
        Err(PictureError::TooLarge)
    );
    assert_eq!(
        Picture::from_png(&png(3_000, 2_700, [1, 2, 3, 255])).map(drop),
        Err(PictureError::TooLarge)
    );
    assert_eq!(
        Picture::from_png(&png(40, 40, [9, 9, 9, 0])).map(drop),
        Err(PictureError::Blank)
    );
    let mut cut = png(300, 300, [200, 30, 20, 128]);
    cut.truncate(cut.len() / 2);
    assert!(matches!(Picture::from_png(&cut), Err(PictureError::NotPng(_))));
}

#[test]
fn large_pictures_are_scaled_down_and_keep_their_colour_at_edges() {
    let picture = Picture::from_png(&png(2_500, 1_250, [200, 30, 20, 128])).unwrap();
    assert_eq!((picture.width(), picture.height()), (625, 313));
    let book = FontBook::embedded();
    let content = Content::Seal(Mark::Picture(picture));
    let act = draw_act(&book, &[sized(100.0, 100.0, content)]).unwrap();
    outside::assert_sound(&act.pdf);
    assert!(outside::objects(&act.pdf).to_string().contains("/SMask"));
}

#[test]
fn a_scanned_seal_loses_its_paper_but_not_its_colour() {
    assert_eq!(
        Picture::from_scan(&png(20, 20, [250, 248, 245, 255])).map(drop),
        Err(PictureError::Blank)
    );
    let book = FontBook::embedded();
    // Ink over a dark page: what was white lets it through, in a picture that is half paper, half ink.
    let mut pixels = [255, 255, 255, 255].repeat(40 * 20);
    pixels.extend([200, 52, 26, 255].repeat(40 * 20));
    let scan = Picture::from_scan(&encoded(40, 40, &pixels)).unwrap();
    let plain = Picture::from_png(&encoded(40, 40, &pixels)).unwrap();
    let ink = |picture: Picture| {
        let content = Content::Seal(Mark::Picture(picture));
        let act = draw_act(&book, &[sized(40.0, 40.0, content)]).unwrap();
        outside::painted(&act.pdf, 0, 72).ink(150).len()
    };
    assert_eq!(ink(scan.clone()), ink(plain));
    assert!(ink(scan) > 600);
}

#[test]
fn handwriting_has_limits() {
    let point = |x: f32| InkPoint { x, y: 1.0 };
    assert_eq!(Handwriting::new(&[]).map(drop), Err(InkError::Empty));
    assert_eq!(
        Handwriting::new(&[vec![], vec![]]).map(drop),
        Err(InkError::Empty)
    );
    assert_eq!(
        Handwriting::new(&[vec![point(f32::NAN)]]).map(drop),
        Err(InkError::NotFinite)
    );
    assert_eq!(
        Handwriting::new(&[vec![point(1e9)]]).map(drop),
        Err(InkError::NotFinite)
    );
    assert_eq!(
        Handwriting::new(&vec![vec![point(1.0)]; 501]).map(drop),
        Err(InkError::TooMuch)
    );
    assert_eq!(
        Handwriting::new(&[vec![point(1.0); 20_001]]).map(drop),
        Err(InkError::TooMuch)
    );
    // A single dot is a stroke.
    let dot = Handwriting::new(&[vec![point(5.0)]]).unwrap();
    assert!(dot.to_svg("点").contains("<path"));
}

fn png(width: u32, height: u32, pixel: [u8; 4]) -> Vec<u8> {
    encoded(width, height, &pixel.repeat((width * height) as usize))
}

fn encoded(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    out
}

#[test]
fn the_mark_stands_where_it_is_wanted() {
    let book = FontBook::embedded();
    let edge = 200.0;
    for (place, (left, right, top, bottom)) in [
        (MarkPlace::Left, (0.0, 0.5, 0.0, 1.0)),
        (MarkPlace::Right, (0.5, 1.0, 0.0, 1.0)),
        (MarkPlace::Above, (0.0, 1.0, 0.0, 0.65)),
        (MarkPlace::Below, (0.0, 1.0, 0.35, 1.0)),
    ] {
        let block = |mark: Option<Mark>| SignatureBlock {
            mark,
            // Hardly any ink besides the seal.
            name: "・".to_owned(),
            signed_at: "2026-11-25T04:02:57Z".parse().unwrap(),
            lines: Vec::new(),
            language: Language::Japanese,
        };
        let seal = Mark::Seal(Seal::round(&book, "𠮷野").unwrap());
        let content = Content::ArrangedSignature(block(Some(seal)), place);
        let act = draw_act(&book, &[sized(edge, edge, content)]).unwrap();
        outside::assert_sound(&act.pdf);
        let ink = outside::painted(&act.pdf, 0, 72).ink(200);
        let within = ink.iter().filter(|(x, y)| {
            (left * edge..=right * edge).contains(x) && (top * edge..=bottom * edge).contains(y)
        });
        let within = within.count();
        assert!(within * 10 > ink.len() * 8, "{place:?} {within} of {}", ink.len());
    }
}
