//! A believable evidence sheet for tests, screens and the manual.

use jiff::Timestamp;
use jiff::civil::date;

use crate::evidence::{
    Confirmation, Creator, EvidenceGrade, EvidenceSheet, FileEvidence, HistoryRow, RevisionEvidence,
    SheetMode, SignerEvidence, SigningMethod, TimeSource, ValidationSummary,
};

impl EvidenceSheet {
    /// A contract of three parties with rare kanji in their names; invented throughout.
    pub fn sample() -> Self {
        Self {
            contract_id: "7dfd11d54e0a9b72c3a860f15b2e9d44".to_owned(),
            title: "物流業務委託基本契約書".to_owned(),
            management_number: Some("KY-2026-0412".to_owned()),
            creator: Creator {
                organization: "株式会社みなと製作所".to_owned(),
                department: Some("営業管理課".to_owned()),
                name: "髙橋 誠".to_owned(),
                email: "takahashi@minato.example".to_owned(),
            },
            agreed_on: Some(date(2026, 12, 1)),
            concluded_at: at(1_795_579_392),
            issued_at: at(1_795_579_395),
            level: "PAdES-B-LTA".to_owned(),
            validation: ValidationSummary {
                judged_at: at(1_795_579_394),
                signatures: 3,
                archived_at: at(1_795_579_393),
                archived_by: "時刻認証サービス見本局".to_owned(),
                is_accredited: true,
                renew_at: at(2_079_576_193),
            },
            time_source: TimeSource::Accredited { name: "時刻認証サービス見本局".to_owned() },
            documents: vec![FileEvidence {
                name: "物流業務委託基本契約書.pdf".to_owned(),
                bytes: 412_770,
                pages: Some(4),
                sha256: digest(0x9c),
            }],
            attachments: vec![FileEvidence {
                name: "別紙1_委託料の内訳.xlsx".to_owned(),
                bytes: 18_204,
                pages: None,
                sha256: digest(0x31),
            }],
            signers: signers(),
            history: history(),
            confirmation: Confirmation {
                version: "ja-2026-11-01".to_owned(),
                text: "私は、表示された書類の内容を確認し、これに同意します。この契約を電磁的記録で締結することに同意し、私にはこの契約を締結する権限があります。この操作により電子署名が付され、日時、接続元及び確認の方法が記録されることを承知しています。".to_owned(),
            },
            verify_url: Some("https://akashi.minato.example/v/7dfd11d54e0a9b72c3a860f15b2e9d44".to_owned()),
            mode: SheetMode::Genuine,
        }
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A digest that looks like one.
fn digest(seed: u8) -> [u8; 32] {
    let mut state = u32::from(seed).wrapping_mul(2_654_435_761);
    std::array::from_fn(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
}

fn revisions(seed: u8) -> Vec<RevisionEvidence> {
    vec![RevisionEvidence {
        document: "物流業務委託基本契約書.pdf".to_owned(),
        shown_sha256: digest(seed),
        signed_sha256: digest(seed.wrapping_add(1)),
    }]
}

fn signers() -> Vec<SignerEvidence> {
    vec![
        SignerEvidence {
            role: Some("乙".to_owned()),
            organization: Some("株式会社つばめ運輸".to_owned()),
            name: "森下 航".to_owned(),
            title: Some("代表取締役".to_owned()),
            email: "morishita@tsubame.example".to_owned(),
            signed_at: at(1_795_244_924),
            method: SigningMethod::WitnessOneTime,
            certificate_subject: "CN=森下 航, O=株式会社つばめ運輸".to_owned(),
            grade: EvidenceGrade::MailAndSms,
            grade_detail: Some("090-****-1234".to_owned()),
            ip: "203.0.113.24".to_owned(),
            pages_shown: Some(4),
            revisions: revisions(0x10),
            mark: None,
        },
        SignerEvidence {
            role: Some("丙".to_owned()),
            organization: Some("青葉倉庫株式会社".to_owned()),
            name: "佐伯 真由美".to_owned(),
            title: Some("業務部長".to_owned()),
            email: "saeki@aobasoko.example".to_owned(),
            signed_at: at(1_795_573_880),
            method: SigningMethod::WitnessOneTime,
            certificate_subject: "CN=佐伯 真由美, O=青葉倉庫株式会社".to_owned(),
            grade: EvidenceGrade::Mail,
            grade_detail: None,
            ip: "2001:db8:40::17".to_owned(),
            pages_shown: Some(4),
            revisions: revisions(0x20),
            mark: None,
        },
        SignerEvidence {
            role: Some("甲".to_owned()),
            organization: Some("株式会社みなと製作所".to_owned()),
            name: "𠮷野 咲".to_owned(),
            title: Some("代表取締役".to_owned()),
            email: "yoshino@minato.example".to_owned(),
            signed_at: at(1_795_579_377),
            method: SigningMethod::WitnessOneTime,
            certificate_subject: "CN=𠮷野 咲, O=株式会社みなと製作所".to_owned(),
            grade: EvidenceGrade::MailAndAuthenticator,
            grade_detail: None,
            ip: "198.51.100.7".to_owned(),
            pages_shown: Some(4),
            revisions: revisions(0x30),
            mark: None,
        },
    ]
}

fn history() -> Vec<HistoryRow> {
    let rows = [
        (1_795_157_702, "葛󠄀城 理恵", "最後の承認。順番1へ送信"),
        (1_795_157_704, "(配信)", "森下 航宛の依頼メールを受信側が受理"),
        (1_795_244_530, "森下 航", "書類を開く"),
        (1_795_244_731, "森下 航", "SMSの番号で本人を確認"),
        (1_795_244_924, "森下 航", "同意して署名"),
        (1_795_496_851, "(配信)", "佐伯 真由美宛のメールが不達(550)"),
        (
            1_795_498_869,
            "髙橋 誠",
            "宛先を saeki@aobasoko.example に訂正。前のリンクは無効",
        ),
        (1_795_573_492, "佐伯 真由美", "書類を開く"),
        (1_795_573_880, "佐伯 真由美", "同意して署名"),
        (1_795_579_377, "𠮷野 咲", "同意して署名"),
        (1_795_579_392, "(Akashi)", "検証に合格し、締結"),
    ];
    rows.into_iter()
        .enumerate()
        .map(|(index, (second, actor, what))| HistoryRow {
            at: at(second),
            event_id: format!("evt_019aa7c0-51f2-7c3e-9a40-{:012x}", 0x5e41_0000 + index),
            actor: actor.to_owned(),
            what: what.to_owned(),
        })
        .collect()
}
