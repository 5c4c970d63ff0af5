//! Accounts and memberships.

use akashi_app::ports::{AccountRecord, Membership};
use akashi_domain::{MemberState, Role};

use super::world::{at, digest};
use super::{StorePorts, World};

fn account(world: &World, byte: u8) -> AccountRecord {
    AccountRecord {
        account_id: world.account_id(),
        address_hash: digest(byte),
        sealed_address: vec![byte, 0, 255],
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
        created_at: at(1),
        password_set_at: at(2),
    }
}

/// An account is found by the hash of its address and by its id.
pub async fn an_account_comes_back(ports: &StorePorts) {
    let world = World::new(ports).await;
    let stored = account(&world, 1);
    assert!(ports.accounts.add(&stored).await.expect("an answer"));
    assert_eq!(
        ports.accounts.find(digest(1)).await.expect("an answer"),
        Some(stored.clone())
    );
    assert_eq!(
        ports.accounts.load(stored.account_id).await.expect("an answer"),
        Some(stored)
    );
    assert!(ports.accounts.find(digest(2)).await.expect("an answer").is_none());
    assert!(
        ports
            .accounts
            .load(world.account_id())
            .await
            .expect("an answer")
            .is_none()
    );
}

/// Two accounts cannot have the same address, not even at the same moment.
pub async fn an_address_is_taken_once(ports: &StorePorts) {
    let world = World::new(ports).await;
    let rivals: Vec<_> = (0..5)
        .map(|_| {
            let (accounts, account) = (ports.accounts.clone(), account(&world, 7));
            tokio::spawn(async move { (account.clone(), accounts.add(&account).await.expect("an answer")) })
        })
        .collect();
    let mut winners = Vec::new();
    for rival in rivals {
        let (account, added) = rival.await.expect("it ends");
        winners.extend(added.then_some(account));
    }
    let [winner] = winners.as_slice() else {
        panic!("one winner: {winners:?}")
    };
    assert_eq!(
        ports.accounts.find(digest(7)).await.expect("an answer").as_ref(),
        Some(winner)
    );
}

/// A new password replaces the old one and notes when.
pub async fn a_password_is_replaced(ports: &StorePorts) {
    let world = World::new(ports).await;
    let (one, two) = (account(&world, 1), account(&world, 2));
    for account in [&one, &two] {
        assert!(ports.accounts.add(account).await.expect("an answer"));
    }
    ports
        .accounts
        .set_password(one.account_id, "$argon2id$new", at(50))
        .await
        .expect("set");
    let expected = AccountRecord {
        password_hash: "$argon2id$new".to_owned(),
        password_set_at: at(50),
        ..one.clone()
    };
    assert_eq!(
        ports.accounts.load(one.account_id).await.expect("an answer"),
        Some(expected)
    );
    assert_eq!(
        ports.accounts.load(two.account_id).await.expect("an answer"),
        Some(two)
    );
    assert!(
        ports
            .accounts
            .set_password(world.account_id(), "$argon2id$new", at(50))
            .await
            .is_err()
    );
}

/// Before a tenant is known the directory says where an account is an active member.
pub async fn memberships_follow_the_members(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    let account_id = world.member.account_id;
    let elsewhere = akashi_domain::Member {
        account_id,
        ..other.another_member(Role::Member)
    };
    assert!(
        ports
            .organizations
            .add_member(&other.tenant, &elsewhere)
            .await
            .expect("an answer")
    );
    let here = Membership {
        organization_id: world.organization.organization_id,
        member_id: world.member.member_id,
    };
    let there = Membership {
        organization_id: other.organization.organization_id,
        member_id: elsewhere.member_id,
    };
    let memberships = async || {
        let mut found = ports.accounts.memberships(account_id).await.expect("an answer");
        found.sort_by_key(|membership| membership.member_id);
        found
    };
    let mut both = vec![here, there];
    both.sort_by_key(|membership| membership.member_id);
    assert_eq!(memberships().await, both);
    for (state, expected) in [(MemberState::Removed, vec![here]), (MemberState::Active, both)] {
        let changed = ports
            .organizations
            .change_member(&other.tenant, elsewhere.member_id, Role::Member, state)
            .await;
        assert!(changed.expect("an answer"));
        assert_eq!(memberships().await, expected);
    }
    assert!(
        ports
            .accounts
            .memberships(world.account_id())
            .await
            .expect("an answer")
            .is_empty()
    );
}
