//! Every page with every sample: for the tests and for `examples/dump_pages`.

use askama::Template;

use crate::text::{Language, Text};

/// A page context that can show itself with invented data (S30).
pub(crate) trait Sample: Template + Sized {
    /// The page's name in file names and addresses.
    const NAME: &'static str;

    /// The states of the page that are worth looking at, each with a name; the first is the usual one.
    fn samples(t: &'static Text) -> Vec<(&'static str, Self)>;
}

/// A rendered sample.
#[derive(Clone, Debug)]
pub struct SamplePage {
    /// `page` or `page-state`, for example `contract-concluding`.
    pub name: String,
    /// The whole page, or a fragment where the page is one.
    pub html: String,
}

/// Renders every page with every sample in `lang`.
///
/// # Errors
/// The error of the template that could not be rendered.
pub fn sample_pages(lang: Language) -> askama::Result<Vec<SamplePage>> {
    let t = Text::of(lang);
    let mut pages = Vec::new();
    macro_rules! render {
        ($($page:ty),+ $(,)?) => { $( add::<$page>(t, &mut pages)?; )+ };
    }
    render!(
        super::counterpart::link::LinkPage,
        super::counterpart::link::LinkClosedPage,
        super::counterpart::request::RequestPage,
        super::counterpart::signing::SigningPage,
        super::counterpart::request::ConfirmPage,
        super::counterpart::done::DonePage,
        super::counterpart::request::DeclinePage,
        super::counterpart::done::ClosedPage,
        super::home::HomePage,
        super::contracts::ContractsPage,
        super::contract::ContractPage,
        super::contract::acts::WithdrawPage,
        super::contract::acts::RemindPage,
        super::contract::acts::AddressPage,
        super::contract::acts::DeleteDraftPage,
        super::maker::documents::DocumentsStep,
        super::maker::parties::PartiesStep,
        super::maker::fields::FieldsStep,
        super::maker::check::CheckStep,
        super::verify::VerifyPage,
        super::verify::VerifyResultPage,
        super::verify::VerifyIdPage,
        super::setup::SetupPage,
        super::setup::SetupClosedPage,
        super::account::SignInPage,
        super::account::ForgotPage,
        super::account::ResetPage,
        super::account::InvitationPage,
        super::account::AccountPage,
        super::account::PasswordPage,
        super::account::SessionsPage,
        super::system::members::MembersPage,
        super::system::members::InvitePage,
        super::system::members::RemoveMemberPage,
        super::system::members::SettingsPage,
        super::system::trust::TrustPage,
        super::system::trust::RemoveTrustPage,
        super::system::trust::SealPage,
        super::system::trust::ResetSealPage,
        super::system::preservation::PreservationPage,
        super::system::doctor::DoctorPage,
        super::system::mail::MailLogPage,
        super::system::mail::MailboxPage,
        super::system::mail::MailPage,
        super::system::jobs::JobsPage,
        super::problem::ProblemPage,
        super::problem::ProblemFragment,
        super::components::ComponentsPage,
    );
    Ok(pages)
}

fn add<P: Sample>(t: &'static Text, pages: &mut Vec<SamplePage>) -> askama::Result<()> {
    for (i, (state, page)) in P::samples(t).into_iter().enumerate() {
        let name = if i == 0 {
            P::NAME.to_owned()
        } else {
            format!("{}-{state}", P::NAME)
        };
        pages.push(SamplePage {
            name,
            html: page.render()?,
        });
    }
    Ok(())
}

/// The day on which samples play.
pub(crate) const fn today() -> jiff::civil::Date {
    jiff::civil::date(2026, 11, 24)
}

/// The moment at which samples play: 15:32 on [`today`] in Japan.
pub(crate) fn now() -> jiff::Timestamp {
    at(24, 15, 32)
}

/// A time on a day of November 2026, in Japan.
pub(crate) fn at(day: i8, hour: i8, minute: i8) -> jiff::Timestamp {
    jiff::civil::date(2026, 11, day)
        .at(hour, minute, 7, 0)
        .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(9)))
        .map_or(jiff::Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}
