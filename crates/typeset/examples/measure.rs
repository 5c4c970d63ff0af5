//! Times the drawings that every contract needs:
//! `cargo run --release -p akashi-typeset --example measure`

use std::error::Error;
use std::time::{Duration, Instant};

use akashi_typeset::evidence::{EvidenceSheet, Language, evidence_sheet};
use akashi_typeset::{
    Appearance, Checked, Content, FontBook, Mark, Seal, SignatureBlock, Stamp, StampMode, TextValue,
    draw_act, draw_stamp,
};

fn main() -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let book = FontBook::embedded();
    let seal = Seal::round(&book, "𠮷野")?;
    println!("first seal with cold fonts: {:.2} ms", ms(started.elapsed()));
    report("seal, drawn", || Ok(Seal::round(&book, "髙橋")?.label().len()))?;
    report("seal, png 240 px", || Ok(seal.to_png(240)?.len()))?;

    let sized = |width, height, content| Appearance {
        width,
        height,
        content,
    };
    let block = SignatureBlock {
        mark: Some(Mark::Seal(seal.clone())),
        name: "𠮷野 咲".to_owned(),
        signed_at: "2026-11-25T04:02:57Z".parse()?,
        lines: vec!["株式会社みなと製作所".to_owned()],
        language: Language::Japanese,
    };
    let small = [
        sized(64.0, 64.0, Content::Seal(Mark::Seal(seal.clone()))),
        sized(150.0, 18.0, Content::Text(TextValue::fitted("𠮷野 咲"))),
        sized(0.0, 0.0, Content::Empty),
    ];
    report("act of seal, name, invisible signature", || {
        Ok(draw_act(&book, &small)?.pdf.len())
    })?;
    let large = [
        sized(200.0, 60.0, Content::Signature(block)),
        sized(64.0, 64.0, Content::Seal(Mark::Seal(seal.clone()))),
        sized(
            300.0,
            18.0,
            Content::Text(TextValue::fitted("神奈川県横浜市中区新港二丁目2番1号")),
        ),
        sized(150.0, 18.0, Content::TypedName("佐伯 真由美".to_owned())),
        sized(18.0, 18.0, Content::Check(Checked::Yes)),
    ];
    report("act of five appearances", || {
        Ok(draw_act(&book, &large)?.pdf.len())
    })?;

    let stamp = Stamp {
        contract_id: "7dfd11d54e0a9b72c3a860f15b2e9d44".to_owned(),
        verify_url: Some("https://akashi.minato.example/v/7dfd11d5".to_owned()),
        mode: StampMode::Genuine,
    };
    report("stamp", || Ok(draw_stamp(&book, &stamp, 400.0)?.pdf.len()))?;

    let mut sheet = EvidenceSheet::sample();
    sheet.signers.truncate(2);
    for signer in &mut sheet.signers {
        signer.mark = Some(Mark::Seal(seal.clone()));
    }
    report("evidence sheet, two signers", || {
        Ok(evidence_sheet(&book, &sheet, Language::Japanese)?.len())
    })?;
    Ok(())
}

fn report(name: &str, mut draw: impl FnMut() -> Result<usize, Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    draw()?;
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..200 {
        let started = Instant::now();
        bytes = draw()?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    let best = times.first().copied().unwrap_or_default();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    println!(
        "{name}: median {:.2} ms, best {:.2} ms, {bytes} bytes",
        ms(median),
        ms(best)
    );
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
