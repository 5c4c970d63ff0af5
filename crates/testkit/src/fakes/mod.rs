//! Stand-ins for the outside: deterministic, in memory, with faults on order.

mod alarm_bell;
mod authority;
mod broken_organizations;
mod clock;
mod entropy;
mod judge;
mod keys;
mod mail_renderer;
mod mailer;
mod network;
mod revocation;
mod seals;
mod segments;
mod steps;
mod time_stamp;

pub use alarm_bell::AlarmBell;
pub use authority::TestAuthority;
pub use broken_organizations::BrokenOrganizations;
pub use clock::FrozenClock;
pub use entropy::SeededEntropy;
pub use judge::JudgeAtHand;
pub use keys::MemoryKeys;
pub use mail_renderer::PlainMails;
pub use mailer::MemoryMailer;
pub use network::{ScriptedMailDomain, ScriptedNetworkTime};
pub use revocation::ScriptedRevocation;
pub use seals::MemorySeals;
pub use segments::MemorySegments;
pub use steps::ScriptedSteps;
pub use time_stamp::ScriptedTimeStamps;

#[cfg(test)]
mod tests;
