//! What pages are made of: the frames around them and the small things that stand on several of them.

pub mod assets;
pub(crate) mod filters;
pub(crate) mod frame;
mod parts;

pub(crate) use frame::{
    AppFrame, Notice, PartyFrame, PlainFrame, Readiness, ReadinessOf, ReadinessState, Section, initial,
};
pub(crate) use parts::{
    Check, CheckState, ContractBadge, DeliveryState, Due, FieldError, FieldErrors, Grade, MailKind, Pager,
    PartyLine, PartyNote, Permission, Slot, SlotState, Slots, StageView, TimelineEntry, TimelineKind,
    party_class,
};
