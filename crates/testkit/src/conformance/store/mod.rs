//! What every store must do.
//!
//! Each case is a function of the ports of an empty store. [`store_conformance!`](crate::store_conformance) makes
//! one test of each, so that no adapter can leave one out:
//!
//! ```ignore
//! akashi_testkit::store_conformance!(harness::with_sqlite);
//! ```
//!
//! where `with_sqlite` is an `async fn` that takes an `AsyncFnOnce(&StorePorts)`, opens an empty store, calls it,
//! and then checks the store's own consistency.

pub mod accounts;
pub mod contract_parts;
pub mod contracts;
pub mod dice;
pub mod jobs;
pub mod keeping;
pub mod lanes;
pub mod lists;
pub mod mails;
pub mod organizations;
pub mod search;
pub mod sessions;
pub mod trust;
pub mod world;

use std::sync::Arc;

use akashi_app::ports::{
    AccountStore, AttemptStore, ContractStore, JobQueue, MailStore, OrganizationStore, PreservationStore,
    SessionStore, TicketStore, TrustStore,
};

pub use world::World;

/// The ports of a store under test.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port of its name")]
pub struct StorePorts {
    pub contracts: Arc<dyn ContractStore>,
    pub jobs: Arc<dyn JobQueue>,
    pub mails: Arc<dyn MailStore>,
    pub organizations: Arc<dyn OrganizationStore>,
    pub accounts: Arc<dyn AccountStore>,
    pub sessions: Arc<dyn SessionStore>,
    pub tickets: Arc<dyn TicketStore>,
    pub attempts: Arc<dyn AttemptStore>,
    pub preservation: Arc<dyn PreservationStore>,
    pub trust: Arc<dyn TrustStore>,
}

impl StorePorts {
    /// The ports of one value that implements all of them.
    pub fn of<S>(store: &Arc<S>) -> Self
    where
        S: ContractStore
            + JobQueue
            + MailStore
            + OrganizationStore
            + AccountStore
            + SessionStore
            + TicketStore
            + AttemptStore
            + PreservationStore
            + TrustStore
            + 'static,
    {
        Self {
            contracts: store.clone(),
            jobs: store.clone(),
            mails: store.clone(),
            organizations: store.clone(),
            accounts: store.clone(),
            sessions: store.clone(),
            tickets: store.clone(),
            attempts: store.clone(),
            preservation: store.clone(),
            trust: store.clone(),
        }
    }
}

/// Makes a test of every case of the store's conformance suite. The argument is the path of an `async fn` that
/// takes an `AsyncFnOnce(&StorePorts)` and runs it on an empty store.
#[macro_export]
macro_rules! store_conformance {
    ($with_store:path) => {
        $crate::store_conformance! { @cases $with_store;
            accounts {
                an_account_comes_back,
                an_address_is_taken_once,
                a_password_is_replaced,
                memberships_follow_the_members,
            }
            contracts {
                a_contract_comes_back_to_the_last_bit,
                nothing_is_found_where_nothing_is,
                a_change_needs_the_newest_revision,
                a_contract_is_inserted_once,
                of_many_changes_at_once_one_wins,
                a_history_has_no_gaps,
                events_belong_to_their_contract,
                one_tenant_never_sees_another,
                a_tenant_cannot_write_for_another,
                a_draft_is_deleted_with_all_that_is_its,
                what_was_sent_is_not_deleted,
            }
            contract_parts {
                segments_come_back,
                unnamed_segments_are_told,
                a_drawing_is_named_later,
                inputs_are_kept_until_they_are_forgotten,
                a_page_counts_as_first_shown,
                links_are_found_and_prolonged,
                a_replaced_link_stays_findable,
                only_concluded_contracts_are_in_the_directory,
            }
            jobs {
                a_change_queues_what_follows,
                a_change_finishes_its_job,
                a_lost_lease_stops_the_change,
                a_conflict_leaves_the_job,
                a_job_waits_for_its_time,
                a_leased_job_is_hidden,
                a_lease_that_ran_out_is_retaken,
                a_lease_is_prolonged,
                only_the_newest_holder_finishes,
                a_failed_job_comes_again,
                a_dead_job_waits_for_a_person,
                a_waiting_job_is_hastened,
                each_job_is_done_once_by_many_workers,
                waiting_ends_when_work_comes,
            }
            keeping {
                what_is_due_is_found_once,
                an_order_hastens_the_job_that_waits,
                figures_and_troubles_are_told,
                an_alarm_is_given_once,
                tenants_keep_their_own,
            }
            trust {
                certificates_are_kept_replaced_and_removed,
                a_choice_of_seal_replaces_the_former,
                events_are_told_newest_first,
            }
            lanes {
                jobs_of_a_lane_run_in_order,
                order_does_not_come_from_clocks,
                lanes_do_not_wait_for_each_other,
                what_has_no_lane_waits_for_nothing,
                a_delayed_job_holds_its_lane,
                a_dead_job_holds_its_lane,
                many_workers_keep_the_order_of_lanes,
            }
            lists {
                the_newest_change_comes_first,
                pages_follow_each_other,
                orders_are_kept,
                states_and_creators_are_filtered,
                deadlines_are_found,
                a_refused_mail_shows_until_it_is_replaced,
                figures_are_counted,
            }
            mails {
                a_mail_is_queued_with_its_job,
                what_became_of_a_mail_is_recorded,
                the_newest_mails_come_first,
                mails_of_a_contract_stay_in_order,
            }
            organizations {
                an_organization_begins_with_one_member,
                a_name_is_changed,
                members_are_added_and_changed,
                the_last_administrator_stays,
                two_administrators_cannot_remove_each_other,
                an_account_is_an_active_member_once,
                invitations_are_replaced_and_removed,
            }
            search {
                every_part_of_two_characters_finds_its_contract,
                one_character_is_enough,
                spelling_does_not_matter,
                all_words_must_occur,
                a_new_title_replaces_the_old,
                signs_of_query_languages_are_only_characters,
                filters_agree_with_a_plain_filter,
                too_many_words_find_nothing,
            }
            sessions {
                sessions_come_back,
                a_use_is_noted_to_the_minute,
                sessions_of_an_account_are_listed_and_ended,
                sessions_of_a_member_end_together,
                a_ticket_is_taken_once,
                tickets_end_and_are_removed,
                attempts_are_counted_and_cleared,
                what_is_over_is_purged,
            }
        }
    };
    (@cases $with_store:path; $($group:ident { $($case:ident,)* })*) => {
        $(mod $group {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $with_store(async |ports: &$crate::conformance::store::StorePorts| {
                    $crate::conformance::store::$group::$case(ports).await;
                })
                .await;
            })*
        })*
    };
}
