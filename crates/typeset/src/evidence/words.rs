//! The fixed words of the evidence sheet in both languages.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::date::{DateStyle, format_date, in_japan, jst_english, jst_japanese, western_and_wareki};
use crate::evidence::{
    ClockCheck, Creator, EvidenceGrade, FileEvidence, Language, SignerEvidence, SigningMethod, TimeSource,
    ValidationSummary,
};

/// Labels and headings.
pub(super) struct Words {
    pub(super) language: Language,
    pub(super) tag: &'static str,
    pub(super) document: &'static str,
    pub(super) subtitle: Option<&'static str>,
    pub(super) trial: &'static str,
    pub(super) trial_notice: &'static str,
    pub(super) qr: &'static str,
    pub(super) contract: &'static str,
    pub(super) title: &'static str,
    pub(super) number: &'static str,
    pub(super) id: &'static str,
    pub(super) creator: &'static str,
    pub(super) agreed: &'static str,
    pub(super) not_agreed: &'static str,
    pub(super) concluded: &'static str,
    pub(super) documents: &'static str,
    pub(super) attachments: &'static str,
    pub(super) level: &'static str,
    pub(super) validation: &'static str,
    pub(super) signer: &'static str,
    pub(super) act_time: &'static str,
    pub(super) method: &'static str,
    pub(super) proof: &'static str,
    pub(super) origin: &'static str,
    pub(super) revisions: &'static str,
    pub(super) shown: &'static str,
    pub(super) signed: &'static str,
    pub(super) confirmation: &'static str,
    pub(super) history: &'static str,
    pub(super) time: &'static str,
    pub(super) actor: &'static str,
    pub(super) event: &'static str,
    pub(super) verify: &'static str,
    pub(super) attachment_note: &'static str,
}

pub(super) const JAPANESE: Words = Words {
    language: Language::Japanese,
    tag: "ja",
    document: "締結証明書",
    subtitle: None,
    trial: "試用",
    trial_notice: "試用の環境で作られた契約です。署名の証明書、時刻及びメールはこの設備の中だけのもので、契約の証拠としては使えません。",
    qr: "検証ページのQRコード",
    contract: "契約",
    title: "契約(案件)",
    number: "管理番号",
    id: "契約ID",
    creator: "作成者",
    agreed: "契約日",
    not_agreed: "この契約には登録されていません。書類の記載によります",
    concluded: "締結日時",
    documents: "契約書類",
    attachments: "補足書類",
    level: "水準と時刻",
    validation: "検証と保存",
    signer: "署名者",
    act_time: "操作日時",
    method: "署名の方法",
    proof: "本人の確認",
    origin: "表示と接続元",
    revisions: "版(SHA-256)",
    shown: "表示した版",
    signed: "署名した版",
    confirmation: "署名者が確認した文",
    history: "経過(日本標準時 +09:00)",
    time: "日時",
    actor: "行った人",
    event: "できごととイベントID",
    verify: "この証明書の確かめ方",
    attachment_note: "締結証明書の内容(JSON)",
};

pub(super) const ENGLISH: Words = Words {
    language: Language::English,
    tag: "en",
    document: "Certificate of Conclusion",
    subtitle: Some("締結証明書"),
    trial: "TRIAL",
    trial_notice: "This contract was made in a trial environment. Its certificates, times and mails exist within this installation only and are no evidence of a contract.",
    qr: "QR code of the verification page",
    contract: "Contract",
    title: "Contract",
    number: "Management number",
    id: "Contract ID",
    creator: "Created by",
    agreed: "Contract date",
    not_agreed: "Not registered for this contract; as stated in the documents",
    concluded: "Concluded at",
    documents: "Documents",
    attachments: "Attachments",
    level: "Level and time",
    validation: "Validation",
    signer: "Signer",
    act_time: "Time of act",
    method: "Method",
    proof: "Identity proof",
    origin: "Display and origin",
    revisions: "Revisions (SHA-256)",
    shown: "Shown",
    signed: "Signed",
    confirmation: "Text confirmed by the signers",
    history: "History (Japan Standard Time, +09:00)",
    time: "Time",
    actor: "Person",
    event: "Event and event ID",
    verify: "How to verify this certificate",
    attachment_note: "Content of the evidence sheet (JSON)",
};

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Japanese => &JAPANESE,
            Language::English => &ENGLISH,
        }
    }

    fn is_japanese(&self) -> bool {
        self.language == Language::Japanese
    }

    pub(super) fn statement(&self, concluded_at: Timestamp, issued_at: Timestamp) -> String {
        if self.is_japanese() {
            let t = in_japan(concluded_at);
            format!(
                "下記の契約書類が、表示の当事者の操作により電子署名され、{}{:02}時{:02}分{:02}秒に締結されたこと、及びこの証明書の作成時({})において変更されていないことを、記録に基づいて示します。",
                western_and_wareki(t.date()),
                t.hour(),
                t.minute(),
                t.second(),
                western_and_wareki(in_japan(issued_at).date()),
            )
        } else {
            format!(
                "According to the record, the documents below were signed electronically by acts of the parties named here, the contract was concluded on {}, and the documents were unchanged when this certificate was made on {}.",
                jst_english(concluded_at),
                format_date(in_japan(issued_at).date(), DateStyle::English),
            )
        }
    }

    pub(super) fn time_of(&self, at: Timestamp) -> String {
        if self.is_japanese() {
            jst_japanese(at)
        } else {
            jst_english(at)
        }
    }

    pub(super) fn date_of(&self, date: Option<Date>) -> String {
        match (date, self.is_japanese()) {
            (None, _) => self.not_agreed.to_owned(),
            (Some(date), true) => {
                format!("{}(当事者が定めた日)", western_and_wareki(date))
            }
            (Some(date), false) => {
                format!(
                    "{} (as agreed by the parties)",
                    format_date(date, DateStyle::English)
                )
            }
        }
    }

    pub(super) fn creator_of(&self, creator: &Creator) -> String {
        let mut parts = vec![creator.organization.as_str()];
        parts.extend(creator.department.as_deref());
        parts.push(&creator.name);
        let line = parts.join(if self.is_japanese() { " " } else { ", " });
        if self.is_japanese() {
            format!("{line}({})", creator.email)
        } else {
            format!("{line} ({})", creator.email)
        }
    }

    pub(super) fn file(&self, file: &FileEvidence) -> String {
        let bytes = thousands(file.bytes);
        match (file.pages, self.is_japanese()) {
            (Some(pages), true) => format!("{}({pages}ページ、{bytes}バイト)", file.name),
            (None, true) => format!("{}({bytes}バイト)", file.name),
            (Some(1), false) => format!("{} (1 page, {bytes} bytes)", file.name),
            (Some(pages), false) => format!("{} ({pages} pages, {bytes} bytes)", file.name),
            (None, false) => format!("{} ({bytes} bytes)", file.name),
        }
    }

    pub(super) fn validation_found(&self, found: &ValidationSummary) -> String {
        let (judged_at, archived_at) = (self.time_of(found.judged_at), self.time_of(found.archived_at));
        let (by, count) = (&found.archived_by, found.signatures);
        if self.is_japanese() {
            let renewal = western_and_wareki(in_japan(found.renew_at).date());
            let accredited = if found.is_accredited { "、認定" } else { "" };
            format!(
                "{judged_at}に、書類の電子署名{count}件をすべて有効と判定しました(EN 319 102-1 TOTAL-PASSED)。長期保存の時刻印は{archived_at}({by}{accredited})、次の更新の予定は{renewal}です。"
            )
        } else {
            let renewal = format_date(in_japan(found.renew_at).date(), DateStyle::English);
            let accredited = if found.is_accredited { ", accredited" } else { "" };
            let what = if count == 1 { "signature" } else { "signatures" };
            format!(
                "All {count} {what} in the documents found valid at {judged_at} (EN 319 102-1, TOTAL-PASSED). Archive time-stamp of {archived_at} ({by}{accredited}); next renewal planned for {renewal}."
            )
        }
    }

    pub(super) fn time_source(&self, source: &TimeSource) -> String {
        match (source, self.is_japanese()) {
            (TimeSource::Accredited { name }, true) => {
                format!("時刻の証明は総務大臣認定タイムスタンプ({name})")
            }
            (TimeSource::Accredited { name }, false) => {
                format!(
                    "Time-stamps of {name}, accredited by the Minister for Internal Affairs and Communications of Japan"
                )
            }
            (TimeSource::Outside { name }, true) => {
                format!("時刻の証明は外部の時刻認証局({name})のタイムスタンプ(RFC 3161)")
            }
            (TimeSource::Outside { name }, false) => {
                format!("Time-stamps (RFC 3161) of an outside authority, {name}")
            }
            (TimeSource::Local { name, clock }, true) => {
                let clock = match clock {
                    ClockCheck::TimeServers => "時計は時刻サーバーと比べて確かめています",
                    ClockCheck::MachineOnly => "時刻は本機の時計による",
                };
                format!("時刻の証明はこの設備の時刻認証局({name})のタイムスタンプ。{clock}")
            }
            (TimeSource::Local { name, clock }, false) => {
                let clock = match clock {
                    ClockCheck::TimeServers => "its clock is checked against time servers",
                    ClockCheck::MachineOnly => "the time is that of this machine's clock",
                };
                format!("Time-stamps of this installation's own authority, {name}; {clock}")
            }
        }
    }

    pub(super) fn signature_heading(&self, number: usize, signer: &SignerEvidence) -> String {
        let who = signer.organization.as_deref().unwrap_or(&signer.name);
        let role = signer
            .role
            .as_deref()
            .map(|role| format!("{role} "))
            .unwrap_or_default();
        if self.is_japanese() {
            format!("署名{number} {role}{who}")
        } else {
            format!("Signature {number}: {role}{who}")
        }
    }

    pub(super) fn method_of(&self, method: SigningMethod, subject: &str) -> String {
        let japanese = self.is_japanese();
        let how = match (method, japanese) {
            (SigningMethod::WitnessOneTime, true) => "立会人型・契約印タイプ、一回限りの証明書",
            (SigningMethod::WitnessOneTime, false) => "Witness signature, one-time certificate",
            (SigningMethod::WitnessFixed, true) => "立会人型・契約印タイプ、運営者の証明書",
            (SigningMethod::WitnessFixed, false) => "Witness signature, operator's certificate",
            (SigningMethod::PartyOwned, true) => "当事者型・実印タイプ、本人名義の証明書",
            (SigningMethod::PartyOwned, false) => "Party's own certificate",
            (SigningMethod::External, true) => "当事者型・実印タイプ、外部で付与された電子署名",
            (SigningMethod::External, false) => "Signed outside, verified on return",
        };
        if japanese {
            format!("{how}({subject})")
        } else {
            format!("{how} ({subject})")
        }
    }

    pub(super) fn grade_of(&self, grade: EvidenceGrade, detail: Option<&str>) -> String {
        let number = grade.number();
        let detail = detail.unwrap_or_default();
        if self.is_japanese() {
            let what = match grade {
                EvidenceGrade::Mail => "メールで届いたリンク",
                EvidenceGrade::MailAndSms => "メールで届いたリンクと、SMSに送った番号",
                EvidenceGrade::MailAndAuthenticator => "メールで届いたリンクと、認証アプリ又はパスキー",
                EvidenceGrade::Certificate => "電子証明書とPIN",
                EvidenceGrade::MyNumberCard => "マイナンバーカードの署名用電子証明書",
            };
            let detail = if detail.is_empty() {
                String::new()
            } else {
                format!("({detail})")
            };
            format!("証拠の段階 {number}(5段階中): {what}{detail}")
        } else {
            let what = match grade {
                EvidenceGrade::Mail => "link sent by e-mail",
                EvidenceGrade::MailAndSms => "link sent by e-mail and number sent by SMS",
                EvidenceGrade::MailAndAuthenticator => "link sent by e-mail and authenticator or passkey",
                EvidenceGrade::Certificate => "certificate and PIN",
                EvidenceGrade::MyNumberCard => "signing certificate of the My Number card",
            };
            let detail = if detail.is_empty() {
                String::new()
            } else {
                format!(" ({detail})")
            };
            format!("Evidence grade {number} of 5: {what}{detail}")
        }
    }

    pub(super) fn origin_of(&self, pages: Option<u32>, ip: &str) -> String {
        match (pages, self.is_japanese()) {
            (Some(pages), true) => format!("全{pages}ページを表示したあとに操作。接続元 {ip}"),
            (None, true) => format!("接続元 {ip}"),
            (Some(1), false) => format!("After the only page had been shown; from {ip}"),
            (Some(pages), false) => format!("After all {pages} pages had been shown; from {ip}"),
            (None, false) => format!("From {ip}"),
        }
    }

    pub(super) fn confirmation_version(&self, version: &str) -> String {
        if self.is_japanese() {
            format!("版 {version}")
        } else {
            format!("Version {version}")
        }
    }

    pub(super) fn verification(&self, online: bool) -> String {
        if self.is_japanese() {
            let page = if online {
                "下の検証ページ(QRコードも同じ)に契約書類のPDFを渡すか、PDFを"
            } else {
                "契約書類のPDFを"
            };
            format!(
                "この証明書自体にも電子署名が付いています。契約書類の左下には同じ契約IDが印字されています(受け取った時に既に署名されていた書類を除きます)。{page}Adobe Acrobat Readerなどの電子署名を検証できるプログラムで開くと、署名の後に変更されていないことを確かめられます。ファイルのSHA-256が上の値と一致することも確かめてください。同じ内容を、添付のevidence.jsonから機械で読めます。"
            )
        } else {
            let page = if online {
                "Give the PDF of a document to the verification page below (also in the QR code), or open it with"
            } else {
                "Open the PDF of a document with"
            };
            format!(
                "This certificate carries an electronic signature of its own. The same contract ID is printed at the lower left of the documents, except on documents that were already signed when they arrived. {page} Adobe Acrobat Reader or another program that verifies electronic signatures, to see that nothing was changed after signing. Compare the SHA-256 of your file with the value above. The attached evidence.json holds the same content for machines."
            )
        }
    }
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(412_770), "412,770");
        assert_eq!(thousands(1_234_567_890), "1,234,567,890");
    }
}
