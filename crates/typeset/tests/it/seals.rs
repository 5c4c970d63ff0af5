//! Generated seals.

use std::fmt::Write as _;

use akashi_typeset::{Appearance, Content, FontBook, Mark, Picture, Seal, SealError, draw_act};

use crate::outside;

#[test]
fn names_of_one_to_six_characters_fit_the_circle() {
    let book = FontBook::embedded();
    for name in [
        "林",
        "髙橋",
        "佐々木",
        "山田 太郎",
        "佐伯 真由美",
        "勅使河原恵",
        "長曽我部元親",
    ] {
        let seal = Seal::round(&book, name).unwrap();
        // Ink stays within the ring: the corners of the square are empty.
        let png = seal.to_png(200).unwrap();
        let picture = Picture::from_png(&png).unwrap();
        assert_eq!((picture.width(), picture.height()), (200, 200));
        let content = Content::Seal(Mark::Seal(seal));
        let pdf = draw_act(
            &book,
            &[Appearance {
                width: 64.0,
                height: 64.0,
                content,
            }],
        )
        .unwrap()
        .pdf;
        outside::assert_sound(&pdf);
        let painted = outside::painted(&pdf, 0, 144);
        assert_eq!(painted.width, 128);
        let outside_ring = painted
            .ink(250)
            .into_iter()
            .filter(|(x, y)| (x - 64.0).hypot(y - 64.0) > 64.5);
        assert_eq!(outside_ring.count(), 0, "{name}");
        assert!(painted.ink(200).len() > 1_500, "{name}");
    }
}

/// A seal as a picture of characters, so that a reviewer sees it.
fn pictured(seal: &Seal) -> String {
    const CELLS: u32 = 36;
    let svg = seal.to_svg();
    assert!(svg.starts_with("<svg"));
    let act = draw_act(
        &FontBook::embedded(),
        &[Appearance {
            width: 72.0,
            height: 72.0,
            content: Content::Seal(Mark::Seal(seal.clone())),
        }],
    );
    let painted = outside::painted(&act.unwrap().pdf, 0, CELLS);
    let rows = painted.grey.chunks(usize::from(painted.width));
    let lines = rows.map(|row| {
        let line: String = row
            .iter()
            .map(|grey| match grey {
                0..=139 => "##",
                140..=199 => "::",
                _ => "  ",
            })
            .collect();
        line.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn pictures_of_seals() {
    let book = FontBook::embedded();
    let mut pictures = String::new();
    for name in ["林", "髙橋", "佐々木", "山田 太郎", "佐伯 真由美", "長曽我部元親"] {
        let picture = pictured(&Seal::round(&book, name).unwrap());
        writeln!(pictures, "丸印 {name}\n{picture}\n").unwrap();
    }
    for name in ["髙橋", "佐々木", "山田太郎", "みなと製作", "株式会社蒼"] {
        let picture = pictured(&Seal::square(&book, name).unwrap());
        writeln!(pictures, "角印 {name}\n{picture}\n").unwrap();
    }
    insta::assert_snapshot!(pictures);
}

/// Which columns are inked differently, as the part of the width from the left.
fn changed(
    book: &FontBook,
    first: &str,
    second: &str,
    make: fn(&FontBook, &str) -> Result<Seal, SealError>,
) -> (f32, f32) {
    let paint = |name: &str| {
        let seal = make(book, name).unwrap();
        let appearance = Appearance {
            width: 100.0,
            height: 100.0,
            content: Content::Seal(Mark::Seal(seal)),
        };
        outside::painted(&draw_act(book, &[appearance]).unwrap().pdf, 0, 72)
    };
    let (first, second) = (paint(first), paint(second));
    let width = usize::from(first.width);
    let columns = (0..first.grey.len())
        .filter(|index| first.grey[*index].abs_diff(second.grey[*index]) > 60)
        .map(|index| f32::from(u16::try_from(index % width).unwrap()));
    columns.fold((f32::MAX, f32::MIN), |(low, high), x| (low.min(x), high.max(x)))
}

#[test]
fn columns_go_from_right_to_left() {
    let book = FontBook::embedded();
    // The family name stands right, the given name left.
    let (left_edge, _) = changed(&book, "山田 太郎", "川上 太郎", Seal::round);
    assert!(left_edge >= 48.0, "{left_edge}");
    let (_, right_edge) = changed(&book, "山田 太郎", "山田 花子", Seal::round);
    assert!(right_edge <= 52.0, "{right_edge}");
    // In the square seal the first column is right, and 「之印」 ends the last one at the left.
    let (left_edge, _) = changed(&book, "山田", "川上", Seal::square);
    assert!(left_edge >= 48.0, "{left_edge}");
}

#[test]
fn companies_get_square_and_double_ring() {
    let book = FontBook::embedded();
    for name in [
        "みなと市",
        "合同会社蒼",
        "株式会社みなと製作所",
        "一般社団法人日本契約書式研究会",
    ] {
        let square = Seal::square(&book, name).unwrap();
        let ring = Seal::double_ring(&book, name, "代表者印").unwrap();
        assert_ne!(square.to_svg(), ring.to_svg());
        assert_eq!(ring.label(), format!("{name}の代表者印"));
    }
}

#[test]
fn letters_are_set_in_lines() {
    let book = FontBook::embedded();
    assert!(Seal::round(&book, "Smith").is_ok());
    assert!(Seal::round(&book, "Anna Schmidt").is_ok());
    assert!(Seal::square(&book, "Blue Harbor Inc.").is_ok());
    assert_eq!(
        Seal::round(&book, "Wolfeschlegelstein"),
        Err(SealError::TooLong { maximum: 12 })
    );
}

#[test]
fn what_makes_no_seal_is_refused() {
    let book = FontBook::embedded();
    assert_eq!(Seal::round(&book, " \u{3000}"), Err(SealError::Empty));
    assert_eq!(
        Seal::round(&book, "寿限無寿限無五"),
        Err(SealError::TooLong { maximum: 6 })
    );
    assert_eq!(
        Seal::square(&book, &"株".repeat(40)),
        Err(SealError::TooLong { maximum: 36 })
    );
    assert!(matches!(
        Seal::square(&book, &"株".repeat(4_000)),
        Err(SealError::TooLong { .. })
    ));
    assert_eq!(
        Seal::double_ring(&book, "みなと市", "市長職務代理者之印章"),
        Err(SealError::TooLong { maximum: 9 })
    );
    assert!(
        matches!(Seal::round(&book, "山😀"), Err(SealError::Missing(found)) if found[0].as_str() == "😀")
    );
    let seal = Seal::round(&book, "林").unwrap();
    assert_eq!(seal.to_png(8), Err(SealError::PixelSize));
    assert_eq!(seal.to_png(4_096), Err(SealError::PixelSize));
}

#[test]
fn svg_is_escaped_and_stable() {
    let book = FontBook::embedded();
    let seal = Seal::double_ring(&book, "A&B <社>", "印").unwrap();
    let svg = seal.to_svg();
    assert!(svg.contains("aria-label=\"A&amp;B &lt;社&gt;の印\""));
    assert!(
        !svg.contains("style="),
        "the pages' content security policy forbids inline style"
    );
    assert_eq!(
        svg,
        Seal::double_ring(&FontBook::embedded(), "A&B <社>", "印")
            .unwrap()
            .to_svg()
    );
}
