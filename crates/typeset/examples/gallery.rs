//! Draws everything that this room can draw into a folder, to be looked at:
//! `cargo run -p akashi-typeset --example gallery -- FOLDER`

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use akashi_typeset::appearance::{FontSize, Lines, TextAlign};
use akashi_typeset::date::DateStyle;
use akashi_typeset::demo::{Deal, Kind, Representative, Side, contract};
use akashi_typeset::evidence::{
    ClockCheck, EvidenceSheet, HistoryRow, Language, SheetMode, TimeSource, evidence_sheet,
};
use akashi_typeset::{
    Appearance, Checked, Content, FontBook, Handwriting, InkError, InkPoint, Mark, Picture, Seal,
    SignatureBlock, Stamp, StampMode, TextValue, draw_act, draw_stamp,
};
use jiff::civil::date;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("give a folder")?);
    fs::create_dir_all(&folder)?;
    let book = FontBook::embedded();
    seals(&book, &folder)?;
    act(&book, &folder)?;
    stamps(&book, &folder)?;
    evidence(&book, &folder)?;
    contracts(&book, &folder)?;
    Ok(())
}

fn contracts(book: &FontBook, folder: &Path) -> Result<(), Box<dyn Error>> {
    let company = |name: &str, address: &str, title: &str, person: &str| Side {
        name: name.to_owned(),
        address: address.to_owned(),
        representative: Some(Representative {
            title: title.to_owned(),
            name: person.to_owned(),
        }),
    };
    let first = company(
        "株式会社みなと製作所",
        "神奈川県横浜市中区海岸通９丁目４番２号",
        "代表取締役",
        "𠮷野　咲",
    );
    let second = company(
        "株式会社つばめ運輸",
        "東京都品川区東品川８丁目１番７号",
        "代表取締役",
        "森下　航",
    );
    for (kind, subject, net_yen) in [
        (Kind::ServiceAgreement, "物流業務", 405_000),
        (Kind::Nda, "新型搬送装置の共同開発", 0),
        (Kind::PurchaseOrder, "自動搬送装置ＡＣ－２００", 4_860_000),
        (Kind::OrderAcceptance, "自動搬送装置ＡＣ－２００", 4_860_000),
        (Kind::Construction, "横浜工場第二倉庫改修工事", 38_400_000),
        (Kind::WorkingConditions, "倉庫の在庫管理及び出荷の業務", 248_000),
    ] {
        let second = if kind == Kind::WorkingConditions {
            Side {
                name: "葛󠄀城　理恵".to_owned(),
                address: "神奈川県川崎市幸区南加瀬９丁目３番１５号".to_owned(),
                representative: None,
            }
        } else {
            second.clone()
        };
        let deal = Deal {
            first: first.clone(),
            second,
            number: "KY-2026-0412".to_owned(),
            date: date(2026, 11, 25),
            starts: date(2026, 12, 1),
            ends: date(2027, 11, 30),
            subject: subject.to_owned(),
            net_yen,
        };
        let drawn = contract(book, kind, &deal)?;
        println!(
            "{kind:?}: {} bytes, {} pages, {} anchors",
            drawn.pdf.len(),
            drawn.pages,
            drawn.anchors.len()
        );
        fs::write(folder.join(format!("{kind:?}.pdf")), drawn.pdf)?;
    }
    Ok(())
}

fn seals(book: &FontBook, folder: &Path) -> Result<(), Box<dyn Error>> {
    let round = [
        "林",
        "髙橋",
        "𠮷野",
        "葛󠄀城",
        "佐々木",
        "小野寺",
        "勅使河原",
        "髙橋 誠",
        "山田 太郎",
        "佐伯 真由美",
        "さくら",
        "サトー",
        "Smith",
        "Anna Schmidt",
        "王",
        "一二三",
        "長曽我部",
    ];
    let square = [
        "株式会社みなと製作所",
        "青葉倉庫株式会社",
        "株式会社つばめ運輸",
        "合同会社蒼",
        "みなと市",
        "Blue Harbor Inc.",
        "一般社団法人日本契約書式研究会",
        "株式会社サーバーワークス東京",
        "有限会社山﨑工務店",
    ];
    let ring = [
        ("株式会社つばめ運輸", "代表者印"),
        ("株式会社みなと製作所", "代表取締役印"),
        ("合同会社蒼", "代表社員之印"),
        ("一般社団法人日本契約書式研究会", "理事長之印"),
        ("みなと市", "市長之印"),
    ];
    let mut all = Vec::new();
    for name in round {
        all.push(Seal::round(book, name)?);
    }
    for name in square {
        all.push(Seal::square(book, name)?);
    }
    for (company, title) in ring {
        all.push(Seal::double_ring(book, company, title)?);
    }
    let mut page = String::from("<body style='font:14px sans-serif'>");
    for (index, seal) in all.iter().enumerate() {
        fs::write(folder.join(format!("seal-{index:02}.png")), seal.to_png(240)?)?;
        page.extend([
            "<figure style='display:inline-block;margin:8px;width:150px'>",
            &seal.to_svg(),
            "</figure>",
        ]);
    }
    fs::write(folder.join("seals.html"), page)?;
    let appearances: Vec<Appearance> = all
        .into_iter()
        .map(|seal| Appearance {
            width: 90.0,
            height: 90.0,
            content: Content::Seal(Mark::Seal(seal)),
        })
        .collect();
    fs::write(folder.join("seals.pdf"), draw_act(book, &appearances)?.pdf)?;
    Ok(())
}

fn pen() -> Result<Handwriting, InkError> {
    let stroke = |from: f32, lift: f32| -> Vec<InkPoint> {
        (0u8..40)
            .map(|i| {
                let t = f32::from(i) / 6.0;
                InkPoint {
                    x: from + t * 14.0,
                    y: 60.0 + lift * (t * 1.9).sin() * 26.0 - t * 3.0,
                }
            })
            .collect()
    };
    Handwriting::new(&[stroke(0.0, 1.0), stroke(85.0, -0.8)])
}

fn act(book: &FontBook, folder: &Path) -> Result<(), Box<dyn Error>> {
    let signed_at = "2026-11-25T04:02:57Z".parse()?;
    let block = |mark: Option<Mark>| SignatureBlock {
        mark,
        name: "𠮷野 咲".to_owned(),
        signed_at,
        lines: vec![
            "株式会社みなと製作所".to_owned(),
            "理由: 契約内容に同意し署名".to_owned(),
        ],
        language: Language::Japanese,
    };
    let seal = Seal::round(book, "𠮷野")?;
    let picture = Picture::from_png(&Seal::square(book, "株式会社みなと製作所")?.to_png(512)?)?;
    let several = TextValue {
        text:
            "〒231-0001 神奈川県横浜市中区新港二丁目2番1号\n横浜ワールドポーターズ「別館」(5階)、担当：髙橋。"
                .to_owned(),
        size: FontSize::Fit,
        lines: Lines::Several,
        align: TextAlign::Left,
    };
    let amount = TextValue {
        align: TextAlign::Right,
        ..TextValue::fitted("金4,860,000円(税込)")
    };
    let boxed = |width, height, content| Appearance {
        width,
        height,
        content,
    };
    let appearances = [
        boxed(64.0, 64.0, Content::Seal(Mark::Seal(seal.clone()))),
        boxed(64.0, 64.0, Content::Seal(Mark::Picture(picture))),
        boxed(120.0, 44.0, Content::Handwriting(Mark::Ink(pen()?))),
        boxed(150.0, 30.0, Content::TypedName("佐伯 真由美".to_owned())),
        boxed(
            150.0,
            18.0,
            Content::Text(TextValue::fitted("𠮷野 咲(葛󠄀城 理恵 Nguyễn Thị 张伟)")),
        ),
        boxed(220.0, 46.0, Content::Text(several)),
        boxed(120.0, 18.0, Content::Text(amount)),
        boxed(18.0, 18.0, Content::Check(Checked::Yes)),
        boxed(120.0, 18.0, Content::Date(date(2026, 11, 25), DateStyle::Wareki)),
        boxed(120.0, 18.0, Content::Date(date(2026, 11, 25), DateStyle::Iso)),
        boxed(
            200.0,
            60.0,
            Content::Signature(block(Some(Mark::Seal(seal.clone())))),
        ),
        boxed(200.0, 60.0, Content::Signature(block(None))),
        boxed(70.0, 110.0, Content::Signature(block(Some(Mark::Seal(seal))))),
        boxed(0.0, 0.0, Content::Empty),
    ];
    let act = draw_act(book, &appearances)?;
    println!("act: {} bytes, {} pages", act.pdf.len(), act.pages.len());
    fs::write(folder.join("act.pdf"), act.pdf)?;
    Ok(())
}

fn stamps(book: &FontBook, folder: &Path) -> Result<(), Box<dyn Error>> {
    let url = Some("https://akashi.minato.example/v/7dfd11d54e0a9b72c3a860f15b2e9d44".to_owned());
    for (name, verify_url, mode) in [
        ("stamp", None, StampMode::Genuine),
        ("stamp-qr", url.clone(), StampMode::Genuine),
        ("stamp-trial", None, StampMode::Trial),
        ("stamp-qr-trial", url, StampMode::Trial),
    ] {
        let stamp = Stamp {
            contract_id: "7dfd11d54e0a9b72c3a860f15b2e9d44".to_owned(),
            verify_url,
            mode,
        };
        let drawn = draw_stamp(book, &stamp, 400.0)?;
        println!(
            "{name}: {} bytes, {} × {}",
            drawn.pdf.len(),
            drawn.width,
            drawn.height
        );
        fs::write(folder.join(format!("{name}.pdf")), drawn.pdf)?;
    }
    Ok(())
}

fn evidence(book: &FontBook, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut sheet = EvidenceSheet::sample();
    let marks = [
        Mark::Seal(Seal::double_ring(book, "株式会社つばめ運輸", "代表者印")?),
        Mark::Ink(pen()?),
        Mark::Seal(Seal::square(book, "株式会社みなと製作所")?),
    ];
    for (signer, mark) in sheet.signers.iter_mut().zip(marks) {
        signer.mark = Some(mark);
    }
    fs::write(
        folder.join("evidence-ja.pdf"),
        evidence_sheet(book, &sheet, Language::Japanese)?,
    )?;
    fs::write(
        folder.join("evidence-en.pdf"),
        evidence_sheet(book, &sheet, Language::English)?,
    )?;
    sheet.mode = SheetMode::Trial;
    sheet.time_source = TimeSource::Local {
        name: "DEMO TSA".to_owned(),
        clock: ClockCheck::MachineOnly,
    };
    let row: Vec<HistoryRow> = sheet.history.clone();
    for _ in 0..8 {
        sheet.history.extend(row.clone());
    }
    fs::write(
        folder.join("evidence-trial.pdf"),
        evidence_sheet(book, &sheet, Language::Japanese)?,
    )?;
    fs::write(folder.join("evidence.json"), sheet.to_json()?)?;
    Ok(())
}
