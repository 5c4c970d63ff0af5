//! Plays a party: opens the link of its mail, reads every page, fills its fields and signs, all through the use
//! cases that the pages call.

use std::net::{IpAddr, Ipv4Addr};

use akashi_app::domain::contract::TextFormat;
use akashi_app::domain::{Contract, DocumentId, Field, FieldKind, Label, PartyId, Rect};
use akashi_app::party::FieldInput;
use akashi_app::ports::{MailKind, Tenant};
use akashi_app::{App, PartyCaller, Ports, RequestOrigin};
use akashi_typeset::demo::Anchor;
use anyhow::Context as _;

/// From where the parties of a story come.
pub(crate) fn origin() -> RequestOrigin {
    RequestOrigin {
        address: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        user_agent: "akashi".to_owned(),
    }
}

/// The token in the newest request that the local mailbox holds for a party; `None` while none has arrived.
async fn newest_token(
    ports: &Ports,
    contract: &Contract,
    party_id: PartyId,
) -> anyhow::Result<Option<String>> {
    let mailbox = ports
        .trial_mailbox
        .as_ref()
        .context("mail does not stay on this machine")?;
    let tenant = Tenant::dangerous_without_authentication(contract.organization_id);
    let mails = ports.contracts.mails(&tenant, contract.contract_id).await?;
    for mail in mails.iter().rev() {
        let is_request = matches!(mail.kind, MailKind::Request { party_id: to, .. } if to == party_id);
        if !is_request {
            continue;
        }
        let Some(arrived) = mailbox.find(mail.mail_id).await? else {
            continue;
        };
        return Ok(Some(
            token_in(&arrived.content.text).context("the mail has no link")?,
        ));
    }
    Ok(None)
}

/// The token of the first link to a part, `…/s/<token>`.
fn token_in(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("/s/")?;
    let token = leading_token(rest);
    (!token.is_empty()).then_some(token)
}

/// The letters of a token at the beginning of a text.
pub(crate) fn leading_token(text: &str) -> String {
    let is_part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    text.chars().take_while(is_part).collect()
}

/// Comes through the link of the newest request; `None` while no mail has arrived.
pub(crate) async fn enter(
    app: &App,
    ports: &Ports,
    contract: &Contract,
    party_id: PartyId,
) -> anyhow::Result<Option<PartyCaller>> {
    let Some(token) = newest_token(ports, contract, party_id).await? else {
        return Ok(None);
    };
    let entered = app.enter_part(&token, &origin()).await?;
    anyhow::ensure!(entered.party_id == party_id, "the link leads to another party");
    Ok(Some(
        app.authenticate_party(&entered.session_token, party_id).await?,
    ))
}

/// Looks at every page.
pub(crate) async fn read(app: &App, caller: &PartyCaller) -> anyhow::Result<()> {
    let view = app.view_part(caller).await?;
    for document in &view.contract.documents {
        let count = u32::try_from(document.pages.len())?;
        let pages: Vec<_> = (0..count).map(|page| (document.document_id, page)).collect();
        for some in pages.chunks(100) {
            app.record_shown(caller, &view.token, some).await?;
        }
    }
    Ok(())
}

/// Reads, fills and signs.
pub(crate) async fn sign(app: &App, caller: &PartyCaller) -> anyhow::Result<()> {
    read(app, caller).await?;
    let view = app.view_part(caller).await?;
    let name = view.party.name.as_str();
    for field in view.contract.fields_of(caller.party_id()) {
        app.fill_field(caller, field.field_id, Some(input(field, name, app)?))
            .await?;
    }
    app.sign_part(caller, app.propose_act_id(), &view.token, &origin())
        .await?;
    Ok(())
}

fn input(field: &Field, name: &str, app: &App) -> anyhow::Result<FieldInput> {
    Ok(match field.kind {
        FieldKind::Seal => FieldInput::GeneratedSeal(surname(name).to_owned()),
        FieldKind::CheckBox => FieldInput::Checked(true),
        FieldKind::Date => FieldInput::Date(today(app)),
        FieldKind::Text { .. } => FieldInput::Text(name.to_owned()),
        FieldKind::Handwriting => anyhow::bail!("nobody in a story writes by hand"),
    })
}

/// The day in Japan.
pub(crate) fn today(app: &App) -> jiff::civil::Date {
    const JAPAN: jiff::tz::Offset = jiff::tz::Offset::constant(9);
    JAPAN.to_datetime(app.now()).date()
}

fn surname(name: &str) -> &str {
    name.split([' ', '　']).next().unwrap_or(name)
}

/// The places of a drawn contract whose label begins with `letter` (甲, 乙), as fields of a party.
pub(crate) fn fields(
    app: &App,
    document_id: DocumentId,
    anchors: &[Anchor],
    letter: &str,
    party_id: PartyId,
) -> anyhow::Result<Vec<Field>> {
    let mut fields = Vec::new();
    for anchor in anchors {
        let Some((owner, what)) = anchor.label.split_once(':') else {
            continue;
        };
        if owner != letter {
            continue;
        }
        fields.push(Field {
            field_id: app.propose_field_id(),
            document_id,
            page: u32::try_from(anchor.page)?,
            rect: Rect {
                x: anchor.x.into(),
                y: anchor.y.into(),
                width: anchor.width.into(),
                height: anchor.height.into(),
            },
            party_id,
            kind: kind(what),
            label: Label::parse(what)?,
            required: true,
        });
    }
    Ok(fields)
}

fn kind(what: &str) -> FieldKind {
    match what {
        "印" | "手書き" => FieldKind::Seal,
        "確認" => FieldKind::CheckBox,
        "日付" | "納入予定日" => FieldKind::Date,
        "氏名" => FieldKind::Text {
            format: TextFormat::Name,
            font_size: None,
        },
        _ => FieldKind::Text {
            format: TextFormat::Free,
            font_size: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_in_a_mail() {
        let text = "次のリンクからご確認ください。\nhttp://127.0.0.1:8080/s/AbC-_9\n有効期限";
        assert_eq!(token_in(text).as_deref(), Some("AbC-_9"));
        assert_eq!(token_in("no link"), None);
        assert_eq!(token_in("http://a/s/"), None);
    }

    #[test]
    fn a_seal_bears_the_surname() {
        assert_eq!(surname("髙橋 誠"), "髙橋");
        assert_eq!(surname("佐伯"), "佐伯");
    }
}
