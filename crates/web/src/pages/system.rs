//! The administrator's pages: members, settings, check-up, mails, jobs.

pub(crate) mod doctor;
pub(crate) mod jobs;
pub(crate) mod mail;
pub(crate) mod members;
pub(crate) mod preservation;
pub(crate) mod trust;
