//! Where a mail is on its way, in the terms of the pages.

use akashi_app::ports::{MailDelivery, MailKind as StoredKind, MailRow};

use crate::view::{DeliveryState, MailKind};

pub(crate) const fn mail_kind(kind: &StoredKind) -> MailKind {
    match kind {
        StoredKind::Request { .. } => MailKind::Request,
        StoredKind::Reminder { .. } => MailKind::Reminder,
        StoredKind::CompletionToParty { .. } | StoredKind::CompletionToSender => MailKind::Completion,
        StoredKind::DeclinedToParty { .. } | StoredKind::DeclinedToSender => MailKind::Decline,
        StoredKind::WithdrawnToParty { .. } => MailKind::Withdrawal,
        StoredKind::ExpiredToParty { .. } | StoredKind::ExpiredToSender => MailKind::Expiry,
        StoredKind::Invitation { .. } => MailKind::Invitation,
        StoredKind::PreservationAlarm { .. } => MailKind::Keeping,
        _ => MailKind::PasswordReset,
    }
}

/// Where a mail is, and since when.
pub(crate) fn delivery_state(mail: &MailRow) -> Option<(DeliveryState, jiff::Timestamp)> {
    Some(match &mail.delivery {
        MailDelivery::Queued => (DeliveryState::Queued, mail.queued_at),
        MailDelivery::Delayed {
            response,
            next_attempt_at,
        } => {
            let state = DeliveryState::Retrying {
                answer: response.clone(),
                next: *next_attempt_at,
            };
            (state, mail.queued_at)
        }
        MailDelivery::Accepted {
            accepted_at,
            response,
        } if response.is_empty() => (DeliveryState::Local, *accepted_at),
        MailDelivery::Accepted { accepted_at, .. } => (DeliveryState::Accepted, *accepted_at),
        MailDelivery::Refused { refused_at, response } => (
            DeliveryState::Refused {
                answer: response.clone(),
            },
            *refused_at,
        ),
        MailDelivery::Dropped { .. } => return None,
    })
}
