//! What a member says about himself.

use akashi_domain::{Language, Member, PersonName};

use crate::caller::MemberCaller;
use crate::error::TextPlace;
use crate::{App, Error};

impl App {
    /// Stores the member's own name and language.
    ///
    /// # Errors
    /// [`Error::MissingCharacters`] for a name that cannot be printed.
    pub async fn update_profile(
        &self,
        caller: &MemberCaller,
        name: PersonName,
        language: Language,
    ) -> Result<Member, Error> {
        self.check_drawable(name.as_str(), TextPlace::Sender)?;
        let member = Member {
            name,
            language,
            ..caller.member.clone()
        };
        self.ports
            .organizations
            .update_profile(&caller.tenant, &member)
            .await?;
        Ok(member)
    }
}
