//! What holds for every file: the update keeps the bytes before it, and what is signed is judged to be signed.

use std::fmt::Write as _;

use akashi_pades::{
    CertificationPermission, Drawing, FieldInput, FormFilling, LongTermDraft, NewField, Placement, Prepared,
    SignatureDraft,
};
use akashi_pdf::{Document, Object};
use akashi_pki::{DigestAlgorithm, Signer};
use akashi_validation::{Indication, judge};
use proptest::prelude::*;

use crate::paper::open;
use crate::world::{World, appended, at, days};

/// How the cross-reference section of the file is written.
#[derive(Debug, Clone, Copy)]
enum Structure {
    Table,
    Stream,
    /// All objects that may stand in an object stream do.
    ObjectStream,
    Hybrid,
}

#[derive(Debug, Clone)]
struct Paper {
    structure: Structure,
    pages: usize,
    rotation: i64,
    has_form: bool,
    version: &'static str,
    /// Bytes before the header, which shift every offset.
    lead: Vec<u8>,
    has_last_line_end: bool,
}

fn papers() -> impl Strategy<Value = Paper> {
    let structures = prop_oneof![
        Just(Structure::Table),
        Just(Structure::Stream),
        Just(Structure::ObjectStream),
        Just(Structure::Hybrid),
    ];
    let versions = prop_oneof![Just("1.5"), Just("1.7"), Just("2.0")];
    (
        structures,
        1..4_usize,
        0..4_i64,
        any::<bool>(),
        versions,
        0..2_usize,
        any::<bool>(),
    )
        .prop_map(
            |(structure, pages, turns, has_form, version, lead, has_last_line_end)| Paper {
                structure,
                pages,
                rotation: turns * 90,
                has_form,
                version,
                lead: b"\n".repeat(lead),
                has_last_line_end,
            },
        )
}

impl Paper {
    fn objects(&self) -> Vec<String> {
        let kids: Vec<String> = (0..self.pages).map(|page| format!("{} 0 R", page + 4)).collect();
        let kids = kids.join(" ");
        let form = if self.has_form { "/AcroForm 3 0 R" } else { "" };
        let mut objects = vec![
            format!("<</Type/Catalog/Pages 2 0 R{form}>>"),
            format!(
                "<</Type/Pages/Count {}/Kids[{kids}]/MediaBox[0 0 300.5 400.25]/Rotate {}>>",
                self.pages, self.rotation
            ),
        ];
        let field = self.pages + 4;
        objects.push(if self.has_form {
            format!("<</Fields[{field} 0 R]/DA(/F 0 Tf 0 g)/DR<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>")
        } else {
            "null".to_owned()
        });
        for page in 0..self.pages {
            let annotations = if self.has_form && page == 0 {
                format!("/Annots[{field} 0 R]")
            } else {
                String::new()
            };
            objects.push(format!("<</Type/Page/Parent 2 0 R/Resources<<>>{annotations}>>"));
        }
        if self.has_form {
            objects.push(
                "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/Rect[10 10 200 30]/P 4 0 R/F 4>>".to_owned(),
            );
        }
        objects
    }

    fn write(&self) -> Vec<u8> {
        let objects = self.objects();
        let mut file = self.lead.clone();
        file.extend(format!("%PDF-{}\n%\u{e9}\n", self.version).bytes());
        let start = self.lead.len();
        let is_packed = |number: usize| match self.structure {
            Structure::Table | Structure::Stream => false,
            // Objects in a stream of a hybrid file are hidden from readers of the table alone.
            Structure::Hybrid => self.has_form && number == objects.len(),
            Structure::ObjectStream => true,
        };
        let mut offsets = vec![None; objects.len() + 1];
        let mut packed: Vec<usize> = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            let number = index + 1;
            if is_packed(number) {
                packed.push(number);
            } else {
                offsets[number] = Some(file.len() - start);
                file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
            }
        }
        let mut size = objects.len() + 1;
        let stream_number = size;
        if !packed.is_empty() {
            let mut header = String::new();
            let mut body = String::new();
            for number in &packed {
                write!(header, "{number} {} ", body.len()).unwrap();
                body.push_str(&objects[number - 1]);
                body.push('\n');
            }
            offsets.push(Some(file.len() - start));
            let (first, count) = (header.len(), packed.len());
            file.extend(
                format!(
                    "{stream_number} 0 obj\n<</Type/ObjStm/N {count}/First {first}/Length {}>>\nstream\n{header}{body}\nendstream\nendobj\n",
                    header.len() + body.len()
                )
                .bytes(),
            );
            size += 1;
        }
        let has_stream = !matches!(self.structure, Structure::Table);
        let mut xref_stream = None;
        if has_stream {
            xref_stream = Some(file.len() - start);
            let number = size;
            size += 1;
            let mut rows: Vec<[u8; 7]> = vec![[0, 0, 0, 0, 0, 255, 255]];
            let row = |kind: u8, second: usize, third: usize| {
                let mut row = [kind, 0, 0, 0, 0, 0, 0];
                row[1..5].copy_from_slice(&u32::try_from(second).unwrap().to_be_bytes());
                row[5..7].copy_from_slice(&u16::try_from(third).unwrap().to_be_bytes());
                row
            };
            for other in 1..number {
                match offsets.get(other).copied().flatten() {
                    Some(offset) => rows.push(row(1, offset, 0)),
                    None => rows.push(row(
                        2,
                        stream_number,
                        packed.iter().position(|packed| *packed == other).unwrap(),
                    )),
                }
            }
            rows.push(row(1, file.len() - start, 0));
            let data: Vec<u8> = rows.concat();
            file.extend(
                format!(
                    "{number} 0 obj\n<</Type/XRef/W[1 4 2]/Size {size}/Root 1 0 R/Length {}>>\nstream\n",
                    data.len()
                )
                .bytes(),
            );
            file.extend(data);
            file.extend(b"\nendstream\nendobj\n");
        }
        let mut last = xref_stream;
        if matches!(self.structure, Structure::Table | Structure::Hybrid) {
            last = Some(file.len() - start);
            file.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
            for number in 1..size {
                match offsets.get(number).copied().flatten().or(if number == size - 1 {
                    xref_stream
                } else {
                    None
                }) {
                    Some(offset) => file.extend(format!("{offset:010} 00000 n \n").bytes()),
                    None => file.extend(b"0000000000 65535 f \n"),
                }
            }
            let hybrid = xref_stream
                .map(|offset| format!("/XRefStm {offset}"))
                .unwrap_or_default();
            file.extend(format!("trailer\n<</Size {size}/Root 1 0 R{hybrid}>>\n").bytes());
        }
        file.extend(format!("startxref\n{}\n%%EOF", last.unwrap()).bytes());
        if self.has_last_line_end {
            file.push(b'\n');
        }
        file
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_signed_is_judged_to_be_signed(
        paper in papers(),
        is_visible in any::<bool>(),
        certification in 0..4_usize,
        is_archived in any::<bool>(),
        flipped in any::<prop::sample::Index>(),
    ) {
        let world = World::new();
        let now = at("2026-11-20T01:23:45Z");
        let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
        let (key, signer) = world.signer(now - days(10), 3);
        let mut file = paper.write();
        if paper.has_form {
            let document = open(&file);
            let mut filling = FormFilling::new(&document).unwrap();
            filling.fill("name", &FieldInput::<Vec<u8>>::Text("Taro")).unwrap();
            let revision = filling.write(akashi_pades::HashState::START, world.seed()).unwrap().unwrap();
            file = appended(&file, &revision);
        }
        let drawn = crate::paper::two_pages();
        let drawn = open(&drawn);
        let document = open(&file);
        prop_assert_eq!(document.pages().unwrap().len(), paper.pages);
        let place = Placement { page: paper.pages - 1, x: 10.0, y: 10.0, width: 50.0, height: 20.0 };
        let field = NewField {
            name: "Seal",
            label: "",
            appearance: is_visible.then_some((place, Drawing { document: &drawn, page: 0 })),
        };
        let mut draft = SignatureDraft::new(&document, &field).unwrap();
        let certifications = [
            CertificationPermission::NoChanges,
            CertificationPermission::FillForms,
            CertificationPermission::Annotate,
        ];
        if let Some(permission) = certifications.get(certification) {
            draft = draft.certify(*permission).unwrap();
        }
        let prepared = draft.prepare(&signer, now, world.seed()).unwrap();
        let prepared = Prepared::from_bytes(&prepared.to_bytes()).unwrap();
        let value = key.sign(prepared.to_be_signed()).unwrap();
        let signed = prepared.embed(&value).unwrap();
        let token = world.token(&tsa, DigestAlgorithm::Sha256, &signed.time_stamp_imprint(), now);
        let mut whole = appended(&file, &signed.embed_token(&token).unwrap().into_revision());
        prop_assert!(whole.starts_with(&file));
        if is_archived {
            let document = open(&whole);
            let draft = LongTermDraft::new(&document).with_material(&world.lists(now, &[]));
            let prepared = draft.prepare_time_stamp(DigestAlgorithm::Sha256, world.seed()).unwrap();
            let token = world.token(&tsa, DigestAlgorithm::Sha256, prepared.imprint(), now);
            let archived = appended(&whole, &prepared.embed_token(&token).unwrap());
            prop_assert!(archived.starts_with(&whole));
            whole = archived;
        }
        let trust = world.trust(now);
        let report = judge(&open(&whole), &trust, now + days(1)).unwrap();
        prop_assert!(report.stands_for_whole_document(), "{:#?}", report);

        // One covered byte changed, and nothing passes for the whole document any more.
        let position = flipped.index(file.len());
        let mut forged = whole.clone();
        forged[position] ^= 0x20;
        if let Ok(document) = Document::open(forged.as_slice(), &akashi_pdf::Limits::default())
            && let Ok(report) = judge(&document, &trust, now + days(1))
        {
            prop_assert!(report.signatures.iter().all(|signature| signature.indication != Indication::TotalPassed));
        }
    }

    #[test]
    fn objects_are_written_as_they_were_read(paper in papers()) {
        let file = paper.write();
        let document = open(&file);
        for id in document.object_ids() {
            let object = document.object(id).unwrap();
            if matches!(object, Object::Stream(_)) {
                continue;
            }
            let written = object.to_bytes();
            let again = Object::parse(&written).unwrap();
            prop_assert_eq!(again.to_bytes(), written);
            prop_assert_eq!(again, object);
        }
    }
}
