//! What the use cases about people must do, whatever the store.
//!
//! Each case is a function of the ports of an empty store. [`account_conformance!`](crate::account_conformance)
//! makes one test of each:
//!
//! ```ignore
//! akashi_testkit::account_conformance!(harness::with_sqlite);
//! ```

pub mod invitations;
pub mod members;
pub mod passwords;
pub mod sessions;
pub mod set_up;
pub mod sign_in;
pub mod town;

/// Makes a test of every case. The argument is the path of an `async fn` that takes an
/// `AsyncFnOnce(&StorePorts)` and runs it on an empty store.
#[macro_export]
macro_rules! account_conformance {
    ($with_store:path) => {
        $crate::account_conformance! { @cases $with_store;
            set_up {
                the_first_start_makes_one_organization,
                a_newer_link_replaces_the_older,
                a_link_ends,
                what_cannot_be_taken_leaves_the_link_alive,
                a_set_up_that_broke_off_is_repeated,
                two_at_once_make_one_organization,
            }
            sign_in {
                address_and_password_open_a_session,
                wrong_passwords_are_counted_and_pause_the_account,
                an_unknown_address_is_answered_alike,
                many_at_once_do_not_slip_through,
                a_network_that_tries_many_accounts_is_paused,
                a_removed_member_does_not_get_in,
            }
            sessions {
                a_session_ends_when_idle_and_at_its_end,
                signing_out_ends_the_session,
                sessions_are_listed_and_revoked,
                nobody_revokes_anothers_session,
                a_use_is_noted_at_most_once_a_minute,
                tokens_of_others_open_nothing,
            }
            passwords {
                a_change_needs_the_old_one_and_ends_other_sessions,
                a_reset_goes_by_mail,
                a_reset_says_nothing_about_addresses,
                a_reset_link_ends,
                only_the_newest_reset_link_works,
                a_weak_password_leaves_the_link_alive,
                a_change_of_password_kills_the_link,
                resets_are_limited,
                a_mail_that_comes_too_late_is_dropped,
                no_token_is_stored,
            }
            invitations {
                an_invited_person_becomes_a_member,
                a_link_works_once,
                sending_anew_kills_the_old_link,
                a_revoked_invitation_is_dead,
                an_invitation_ends,
                a_mail_of_a_revoked_invitation_is_dropped,
                members_are_not_invited_twice,
                a_person_with_an_account_proves_it,
                a_removed_person_can_come_back,
                an_acceptance_that_broke_off_is_repeated,
                two_at_once_make_one_member,
            }
            members {
                only_administrators_manage,
                the_last_administrator_stays,
                a_removed_member_is_out_at_once,
                a_role_holds_from_the_next_request_on,
                other_organizations_are_out_of_reach,
                profile_and_name_are_changed,
            }
        }
    };
    (@cases $with_store:path; $($group:ident { $($case:ident,)* })*) => {
        $(mod $group {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $with_store(async |ports: &$crate::conformance::store::StorePorts| {
                    $crate::conformance::account::$group::$case(ports).await;
                })
                .await;
            })*
        })*
    };
}
