//! What came after a signature.

use crate::changes::{ChangeKind, ChangeLevel};
use crate::report::FindingReason;
use crate::words::Language;

/// How far changes go.
pub fn change_level(level: ChangeLevel, language: Language) -> &'static str {
    match level {
        ChangeLevel::None => language.choose("変更はありません。", "Nothing was changed."),
        ChangeLevel::ValidationData => language.choose(
            "検証用の情報またはタイムスタンプだけが加えられています。",
            "Only validation data or time-stamps were added.",
        ),
        ChangeLevel::FormFilling => language.choose(
            "入力欄への記入、または署名が加えられています。",
            "Form fields were filled, or signatures were added.",
        ),
        ChangeLevel::Annotations => language.choose("注釈が変更されています。", "Comments were changed."),
        ChangeLevel::Other => language.choose(
            "文書の内容に関わる変更が加えられています。",
            "The content of the document was changed.",
        ),
    }
}

/// What kind of thing changed.
pub fn change_kind(kind: ChangeKind, language: Language) -> &'static str {
    match kind {
        ChangeKind::FieldValue => language.choose("入力欄の値", "the value of a field"),
        ChangeKind::FieldAppearance => language.choose("入力欄の表示", "what a field shows"),
        ChangeKind::FieldReadOnly => language.choose("入力欄の入力可否", "whether a field can be filled"),
        ChangeKind::Signed => language.choose("署名の追加", "a signature was added"),
        ChangeKind::TimeStamped => language.choose("タイムスタンプの追加", "a time-stamp was added"),
        ChangeKind::VisibleSignatureFieldAdded => {
            language.choose("見える署名欄の追加", "a visible signature field was added")
        }
        ChangeKind::InvisibleSignatureFieldAdded => {
            language.choose("見えない署名欄の追加", "an invisible signature field was added")
        }
        ChangeKind::FieldAdded => language.choose("入力欄の追加", "a field was added"),
        ChangeKind::FieldRemoved => language.choose("入力欄の削除", "a field was removed"),
        ChangeKind::FieldRedefined => {
            language.choose("入力欄の作り変え", "a field was made into another one")
        }
        ChangeKind::SignatureReplaced => language.choose(
            "既存の署名の置き換え",
            "a signature that stood there was replaced",
        ),
        ChangeKind::Form => language.choose("フォームの共通設定", "common settings of the form"),
        ChangeKind::Page => language.choose("ページの内容または順序", "the content or order of pages"),
        ChangeKind::Annotation => language.choose("注釈", "a comment or other annotation"),
        ChangeKind::ValidationData => language.choose("検証用の情報", "validation data"),
        ChangeKind::Metadata => language.choose("文書の属性情報", "metadata"),
        ChangeKind::Rewritten => language.choose(
            "表示に影響しない書き込み",
            "something was written that nothing shows",
        ),
        ChangeKind::Catalog => language.choose(
            "文書全体の設定または動作",
            "settings or actions of the whole document",
        ),
        ChangeKind::Unreadable => language.choose(
            "読み取れない、または読み手によって見え方が異なる部分",
            "something that cannot be read, or that readers may show differently",
        ),
    }
}

/// Why a change is not permitted.
pub fn finding_reason(reason: FindingReason, language: Language) -> &'static str {
    match reason {
        FindingReason::LockedField => {
            language.choose("署名が固定した入力欄です。", "The signature locked the field.")
        }
        FindingReason::Certification => language.choose(
            "証明用の署名が、この種の変更を認めていません。",
            "The certification does not allow changes of this kind.",
        ),
        FindingReason::NotAllowedAfterSigning => language.choose(
            "この種の変更は、どの署名の後にも認められません。",
            "Changes of this kind are not allowed after any signature.",
        ),
        FindingReason::NotComparable => language.choose(
            "署名が文書の版の全体を対象としていないため、比較できません。",
            "The signature does not cover a whole revision, so there is nothing to compare with.",
        ),
    }
}
