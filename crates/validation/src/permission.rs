//! What a signature permits afterwards, held against what came.

use akashi_pdf::{Dictionary, Document, PdfString, ReadAt, ReadError, SignatureFacts};

use crate::changes::{Change, ChangeKind, ChangeLevel};
use crate::report::{Finding, FindingReason, LaterChanges, LockFacts, LockScope};

/// Locks and certification of one signature (ISO 32000-2, 12.8.2).
#[derive(Debug, Clone, Default)]
pub(crate) struct Restrictions {
    /// DocMDP permission, 1 to 3.
    pub(crate) certification: Option<u8>,
    pub(crate) locks: Vec<LockFacts>,
}

impl Restrictions {
    /// Reads them from the signature dictionary and the lock of its field, as they were when it was signed.
    pub(crate) fn read<R: ReadAt>(
        document: &Document<R>,
        signature: &SignatureFacts,
        field_lock: Option<&Dictionary>,
    ) -> Result<Self, ReadError> {
        let mut restrictions = Self::default();
        for reference in &signature.references {
            let Some(parameters) = &reference.transform_parameters else {
                continue;
            };
            match reference.transform_method.as_deref() {
                // Table 257: 2 when P is absent.
                Some("DocMDP") => restrictions.limit(document.get(parameters, "P")?.as_i64().unwrap_or(2)),
                Some("FieldMDP") => restrictions.locks.extend(lock(document, parameters)?),
                _ => {}
            }
        }
        if let Some(dictionary) = field_lock {
            let lock = lock(document, dictionary)?;
            restrictions
                .locks
                .extend(lock.filter(|lock| !restrictions.locks.contains(lock)));
            if let Some(permission) = document.get(dictionary, "P")?.as_i64() {
                restrictions.limit(permission);
            }
        }
        Ok(restrictions)
    }

    fn limit(&mut self, permission: i64) {
        // What is no permission counts as the strictest.
        let permission = u8::try_from(permission)
            .ok()
            .filter(|value| (1..=3).contains(value))
            .unwrap_or(1);
        self.certification = Some(
            self.certification
                .map_or(permission, |known| known.min(permission)),
        );
    }

    /// How far changes may go (table 257); without certification as far as filling forms and signing.
    pub(crate) fn permitted(&self) -> ChangeLevel {
        match self.certification {
            Some(1) => ChangeLevel::ValidationData,
            Some(3) => ChangeLevel::Annotations,
            _ => ChangeLevel::FormFilling,
        }
    }

    fn locks(&self, field: &str) -> bool {
        self.locks.iter().any(|lock| lock.locks(field))
    }

    /// Holds the changes that came later against what is permitted.
    pub(crate) fn judge<'c>(&self, changes: impl IntoIterator<Item = &'c Change>) -> LaterChanges {
        let permitted = self.permitted();
        let mut level = ChangeLevel::None;
        let mut changed_fields: Vec<String> = Vec::new();
        let mut findings = Vec::new();
        for change in changes {
            if let Some(field) = &change.field
                && names_field(change.kind)
                && !changed_fields.contains(field)
            {
                changed_fields.push(field.clone());
            }
            match self.objection(change, permitted) {
                Some(reason) => {
                    level = ChangeLevel::Other;
                    findings.push(Finding {
                        change: change.clone(),
                        reason,
                    });
                }
                None => level = level.max(change.level),
            }
        }
        LaterChanges {
            level,
            permitted,
            changed_fields,
            findings,
        }
    }

    fn objection(&self, change: &Change, permitted: ChangeLevel) -> Option<FindingReason> {
        if change.level == ChangeLevel::Other {
            return Some(FindingReason::NotAllowedAfterSigning);
        }
        let is_locked = change.field.as_ref().is_some_and(|field| self.locks(field));
        // Setting a locked field read-only is what a lock asks for; a document time-stamp and its invisible field
        // change no form data.
        let harmless = matches!(
            change.kind,
            ChangeKind::FieldReadOnly | ChangeKind::TimeStamped | ChangeKind::InvisibleSignatureFieldAdded
        );
        if is_locked && !harmless {
            return Some(FindingReason::LockedField);
        }
        if self.certification.is_some() && change.kind == ChangeKind::VisibleSignatureFieldAdded {
            return Some(FindingReason::Certification);
        }
        if change.level <= permitted {
            return None;
        }
        let is_certified = self.certification.is_some();
        Some(if is_certified {
            FindingReason::Certification
        } else {
            FindingReason::NotAllowedAfterSigning
        })
    }
}

fn names_field(kind: ChangeKind) -> bool {
    !matches!(
        kind,
        ChangeKind::FieldReadOnly | ChangeKind::InvisibleSignatureFieldAdded
    )
}

fn lock<R: ReadAt>(document: &Document<R>, dictionary: &Dictionary) -> Result<Option<LockFacts>, ReadError> {
    let scope = match document.get(dictionary, "Action")?.as_name() {
        Some(name) if *name == "All" => LockScope::All,
        Some(name) if *name == "Include" => LockScope::These,
        Some(name) if *name == "Exclude" => LockScope::AllButThese,
        _ => return Ok(None),
    };
    let mut fields = Vec::new();
    if scope != LockScope::All {
        for item in document
            .get_array(dictionary, "Fields")?
            .unwrap_or_default()
            .iter()
        {
            fields.extend(document.resolve(item)?.as_string().map(PdfString::to_text));
        }
    }
    Ok(Some(LockFacts { scope, fields }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(kind: ChangeKind, level: ChangeLevel, field: &str) -> Change {
        Change {
            revision: 1,
            level,
            kind,
            field: Some(field.to_owned()),
            place: String::new(),
        }
    }

    #[test]
    fn a_lock_forbids_what_filling_alone_would_allow() {
        let fill = [change(ChangeKind::FieldValue, ChangeLevel::FormFilling, "amount")];
        let free = Restrictions::default().judge(&fill);
        assert!(free.is_permitted());
        assert_eq!(free.changed_fields, ["amount"]);
        let lock = LockFacts {
            scope: LockScope::These,
            fields: vec!["amount".to_owned()],
        };
        let locked = Restrictions {
            locks: vec![lock],
            ..Restrictions::default()
        }
        .judge(&fill);
        assert!(!locked.is_permitted());
        assert_eq!(locked.findings[0].reason, FindingReason::LockedField);
    }

    #[test]
    fn certification_limits_the_level() {
        let sign = [change(ChangeKind::Signed, ChangeLevel::FormFilling, "s")];
        let add = [change(
            ChangeKind::VisibleSignatureFieldAdded,
            ChangeLevel::FormFilling,
            "s",
        )];
        for (certification, may_sign, may_add) in [
            (None, true, true),
            (Some(1), false, false),
            (Some(2), true, false),
            (Some(3), true, false),
        ] {
            let restrictions = Restrictions {
                certification,
                ..Restrictions::default()
            };
            assert_eq!(
                restrictions.judge(&sign).is_permitted(),
                may_sign,
                "{certification:?}"
            );
            assert_eq!(
                restrictions.judge(&add).is_permitted(),
                may_add,
                "{certification:?}"
            );
        }
    }

    #[test]
    fn a_permission_that_is_none_is_the_strictest() {
        let mut restrictions = Restrictions::default();
        restrictions.limit(7);
        assert_eq!(restrictions.certification, Some(1));
    }
}
