//! Stamp and fields stand where a reader sees them, on turned, cropped and scaled pages too.

use akashi_pades::{
    FieldPlan, FieldPlanKind, Placement, SentPlan, SignaturePlace, SignerPlan, Stamp, TextLines,
};
use akashi_pdf::{Matrix, Object};

use crate::files::{drawing, one_page, open, painted, send};

const PAGES: [&str; 6] = [
    "/MediaBox[0 0 595 842]",
    "/MediaBox[0 0 595 842]/Rotate 90",
    "/MediaBox[0 0 595 842]/Rotate 180/CropBox[20 30 500 800]",
    "/MediaBox[-100 -50 495 792]/Rotate 270/CropBox[-80 -20 400 700]",
    "/MediaBox[0 0 595 842]/UserUnit 2",
    "/MediaBox[10 20 300 400]/Rotate 450/UserUnit 1.5/CropBox[0 0 1000 1000]",
];

fn close(left: (f64, f64), right: (f64, f64)) -> bool {
    (left.0 - right.0).abs() < 0.01 && (left.1 - right.1).abs() < 0.01
}

#[test]
fn the_stamp_stands_at_the_lower_left_of_the_displayed_page() {
    for page in PAGES {
        let stamp = painted(120, 26);
        let plan = SentPlan {
            stamp: Some(Stamp {
                drawing: drawing(&stamp),
                left: 24.0,
                bottom: 14.0,
            }),
            signers: Vec::new(),
        };
        let sent = send(&one_page(page), &plan);
        let document = open(&sent);
        let page = document.pages().unwrap().remove(0);
        let content = String::from_utf8(document.page_content(&page).unwrap()).unwrap();
        // Wrapped, balanced, and an artifact.
        assert!(content.starts_with("q "), "{content}");
        let (_, painted) = content
            .split_once("/Artifact <</Type /Pagination /Subtype /Footer>> BDC q ")
            .unwrap();
        assert!(
            content.contains("Q Q"),
            "the state that the page left open is closed: {content}"
        );
        let (matrix, rest) = painted.split_once(" cm ").unwrap();
        assert!(rest.ends_with(" Do Q EMC\n\n"), "{rest}");
        let numbers: Vec<f64> = matrix.split(' ').map(|number| number.parse().unwrap()).collect();
        let matrix = Matrix::new(numbers.try_into().unwrap());
        let geometry = page.geometry();
        let (_, height) = geometry.displayed_size();
        let shown = matrix.then(&geometry.user_to_displayed());
        assert!(close(shown.apply(0.0, 0.0), (24.0, height - 14.0)), "{page:?}");
        assert!(
            close(shown.apply(120.0, 26.0), (144.0, height - 40.0)),
            "{page:?}"
        );
    }
}

#[test]
fn a_stamp_that_is_larger_than_the_page_shrinks() {
    let stamp = painted(300, 26);
    let plan = SentPlan {
        stamp: Some(Stamp {
            drawing: drawing(&stamp),
            left: 10.0,
            bottom: 5.0,
        }),
        signers: Vec::new(),
    };
    let sent = send(&one_page("/MediaBox[0 0 170 60]"), &plan);
    let document = open(&sent);
    let content = document.page_content(&document.pages().unwrap()[0]).unwrap();
    let content = String::from_utf8(content).unwrap();
    assert!(content.contains("BDC q 0.5 0 0 0.5 10 5 cm"), "{content}");
}

#[test]
fn fields_stand_where_they_were_placed_and_are_drawn_upright() {
    for entries in PAGES {
        let mark = painted(40, 20);
        let place = |x, y, width, height| Placement {
            page: 0,
            x,
            y,
            width,
            height,
        };
        let plan = SentPlan {
            stamp: None,
            signers: vec![SignerPlan {
                signature: SignaturePlace::New {
                    name: "sign",
                    label: "",
                    place: Some(place(100.0, 50.0, 40.0, 20.0)),
                },
                fields: vec![
                    FieldPlan {
                        name: "text",
                        label: "金額",
                        place: place(30.0, 60.0, 50.0, 12.0),
                        kind: FieldPlanKind::Text {
                            font_size: None,
                            lines: TextLines::Several,
                        },
                    },
                    FieldPlan {
                        name: "check",
                        label: "同意",
                        place: place(30.0, 80.0, 14.0, 10.0),
                        kind: FieldPlanKind::CheckBox {
                            ticked: drawing(&mark),
                        },
                    },
                ],
            }],
        };
        let sent = send(&one_page(entries), &plan);
        let document = open(&sent);
        let pages = document.pages().unwrap();
        let geometry = pages[0].geometry();
        let form = document.form_on_pages(&pages).unwrap().unwrap();
        assert_eq!(form.signature_flags, 3);
        for (name, (x, y, width, height)) in [
            ("text", (30.0, 60.0, 50.0, 12.0)),
            ("check", (30.0, 80.0, 14.0, 10.0)),
            ("sign", (100.0, 50.0, 40.0, 20.0)),
        ] {
            let field = form.fields.iter().find(|field| field.full_name == name).unwrap();
            let widget = &field.widgets[0];
            assert_eq!(widget.page_index, Some(0));
            let shown = geometry.user_to_displayed().apply_to_rect(&widget.rect.unwrap());
            assert!(
                close((shown.left, shown.bottom), (x, y)),
                "{entries} {name}: {shown:?}"
            );
            assert!(
                close((shown.right, shown.top), (x + width, y + height)),
                "{entries} {name}: {shown:?}"
            );
        }
        let check = form
            .fields
            .iter()
            .find(|field| field.full_name == "check")
            .unwrap();
        let states = document.get_dictionary(&check.dictionary, "AP").unwrap().unwrap();
        let states = document.get_dictionary(&states, "N").unwrap().unwrap();
        let ticked = document.get_dictionary(&states, "Yes").unwrap().unwrap();
        let matrix: Vec<f64> = ticked
            .get("Matrix")
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Object::as_f64)
            .collect();
        let turned = Matrix::new(matrix.try_into().unwrap()).then(&geometry.user_to_displayed());
        let (origin, corner) = (turned.apply(0.0, 0.0), turned.apply(1.0, 1.0));
        assert!(
            corner.0 > origin.0 && corner.1 < origin.1,
            "upright when displayed: {entries}"
        );
    }
}
