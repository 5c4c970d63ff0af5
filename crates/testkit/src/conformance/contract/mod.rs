//! What the use cases about contracts must do, whatever the store: wait where something is missing, let nobody sign
//! for another, refuse bad input by name, and lose nothing when two act at once.
//!
//! Each case is a function of the ports of an empty store.
//! [`contract_conformance!`](crate::contract_conformance) makes one test of each:
//!
//! ```ignore
//! akashi_testkit::contract_conformance!(harness::with_sqlite);
//! ```

pub mod bad_input;
pub mod deal;
pub mod fail_closed;
pub mod keeping;
pub mod links;
pub mod mails;
pub mod paper;
pub mod storage;
pub mod together;
pub mod trust;

/// Makes a test of every case. The argument is the path of an `async fn` that takes an
/// `AsyncFnOnce(&StorePorts)` and runs it on an empty store.
#[macro_export]
macro_rules! contract_conformance {
    ($with_store:path) => {
        $crate::contract_conformance! { @cases $with_store;
            fail_closed {
                without_the_time_stamp_authority_a_signature_waits,
                without_the_time_stamp_authority_a_conclusion_waits,
                an_answer_that_does_not_hold_is_none,
                a_token_of_another_time_is_not_taken,
                a_clock_that_network_time_contradicts_stops_signing,
                silent_time_servers_stop_nothing,
                a_storage_that_is_gone_makes_the_contract_wait,
                a_storage_that_is_gone_rings_no_alarm,
                a_failed_validation_keeps_everything_and_raises_an_alarm,
                a_document_that_was_exchanged_is_not_concluded,
                a_deadline_does_not_end_what_all_have_accepted,
                a_deadline_ends_what_somebody_has_not_accepted,
                a_job_without_hope_waits_for_a_person,
            }
            mails {
                a_refused_request_makes_its_party_wait_visibly,
                a_request_is_sent_when_the_server_is_back,
                a_request_that_is_put_off_for_days_counts_as_refused,
                completion_mails_never_block_a_conclusion,
            }
            links {
                looking_has_no_effect,
                only_shown_pages_count_as_viewed,
                a_link_leads_to_one_part_alone,
                what_belongs_to_another_contract_is_refused,
                members_cannot_act_as_a_party,
                a_link_expires,
                a_reminder_replaces_the_link,
                a_corrected_address_ends_the_old_link_and_its_sessions,
                no_link_is_stored_or_shown,
            }
            bad_input {
                what_is_no_pdf_is_refused,
                a_truncated_file_is_refused,
                a_password_is_asked_for_by_name,
                a_file_without_pages_is_refused,
                too_many_pages_are_counted,
                a_broken_cross_reference_is_rewritten,
                a_broken_file_that_is_signed_is_refused,
                active_content_is_named_and_removed_by_choice,
                active_content_of_a_signed_file_is_refused,
                a_file_over_the_limit_is_refused,
                letters_that_no_font_has_are_refused_before_sending,
                a_field_outside_its_page_is_refused,
            }
            together {
                two_uploads_at_once_both_arrive,
                a_double_click_signs_once,
                two_parties_of_a_stage_act_in_the_same_second,
                signing_and_withdrawing_in_the_same_second,
                two_editors_do_not_overwrite_each_other,
            }
            keeping {
                a_contract_is_concluded_at_the_level_that_lasts,
                a_contract_of_an_earlier_release_is_raised,
                what_cannot_be_raised_is_listed_with_its_reason,
                a_renewal_comes_before_the_time_stamp_ends,
                a_renewal_that_gains_nothing_is_no_renewal,
                a_missed_renewal_rings_the_alarm_and_writes_to_administrators,
                only_administrators_see_how_contracts_are_kept,
            }
            trust {
                roots_are_added_removed_and_put_back,
                what_is_no_root_is_refused_by_name,
                a_fixed_seal_signs_and_seals,
                a_seal_that_nobody_trusts_is_refused,
                a_seal_that_is_gone_makes_contracts_wait,
                members_verify_with_what_their_organization_trusts,
            }
            storage {
                a_lost_answer_leaves_an_object_for_the_sweeper_alone,
                a_contract_goes_on_after_lost_answers,
                the_promise_stands_with_the_contract,
            }
        }
    };
    (@cases $with_store:path; $($group:ident { $($case:ident,)* })*) => {
        $(mod $group {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $with_store(async |ports: &$crate::conformance::store::StorePorts| {
                    $crate::conformance::contract::$group::$case(ports).await;
                })
                .await;
            })*
        })*
    };
}
