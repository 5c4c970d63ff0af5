//! Search: words, and the filters that the tax law asks for (電子帳簿保存法施行規則 2条6項5号: by date, amount and
//! counterparty, by ranges of the first two, and by any combination).

#![expect(
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall fail loudly"
)]

use std::collections::BTreeSet;

use akashi_app::ports::{ContractFilter, PageRequest};
use akashi_domain::{
    Contract, ContractId, ContractState, ManagementNumber, OrganizationName, PersonName, Title, UtcTime,
};
use unicode_normalization::UnicodeNormalization as _;

use super::dice::Dice;
use super::world::conclude;
use super::{StorePorts, World};

const ALL: PageRequest = PageRequest {
    offset: 0,
    limit: 200,
};

async fn find(world: &World, filter: &ContractFilter) -> BTreeSet<ContractId> {
    let page = world
        .ports
        .contracts
        .list(&world.tenant, filter, ALL)
        .await
        .expect("a list");
    let found: BTreeSet<_> = page.rows.iter().map(|row| row.contract.contract_id).collect();
    assert_eq!(
        usize::try_from(page.total).expect("small"),
        found.len(),
        "the total is that of the rows: {filter:?}"
    );
    found
}

fn words(words: &str) -> ContractFilter {
    ContractFilter {
        words: words.to_owned(),
        ..ContractFilter::default()
    }
}

const TITLES: [&str; 12] = [
    "業務委託契約書",
    "秘密保持契約書(NDA)",
    "注文書 2026年11月分",
    "ｿﾌﾄｳｪｱ使用許諾契約",
    "ガスの供給に関する契約",
    "Master Service Agreement",
    "㈱みなと 取引基本契約",
    "賃貸借契約書　第２号",
    "100%子会社 吸収合併_覚書",
    "覚書",
    "ﾊﾞｲｸ便・運送委託",
    "葛󠄀城市 工事請負契約",
];
const NAMES: [&str; 8] = [
    "髙橋 誠",
    "𠮷野 咲",
    "森下 健",
    "Sato Yui",
    "ｻﾄｳ ﾕｲ",
    "葛󠄀城 理恵",
    "山﨑 航",
    "林",
];
const ORGANIZATIONS: [&str; 8] = [
    "つばめ商事株式会社",
    "株式会社ツバメ",
    "みなと製作所",
    "ＡＢＣホールディングス",
    "abc Trading K.K.",
    "葛飾区",
    "ガリバー運輸㈱",
    "北海道ガス",
];

/// A contract with names, dates and amounts as they fall.
fn random_contract(world: &World, dice: &mut Dice) -> Contract {
    let mut contract = world.draft(dice.word(&TITLES));
    if dice.once_in(2) {
        let title = format!("{} {}", dice.word(&TITLES), dice.below(30));
        contract.details.title = Title::parse(&title).expect("a title");
    }
    if dice.once_in(2) {
        let number = format!("MN-{:03}/Ａ{}", dice.below(1000), dice.below(10));
        contract.details.management_number = Some(ManagementNumber::parse(&number).expect("a number"));
    }
    if dice.once_in(3) {
        contract.details.counterparty =
            Some(OrganizationName::parse(dice.word(&ORGANIZATIONS)).expect("a name"));
    }
    for _ in 0..dice.below(3) {
        let mut party = world.party(dice.word(&NAMES), None);
        if dice.once_in(2) {
            party.organization = Some(OrganizationName::parse(dice.word(&ORGANIZATIONS)).expect("a name"));
        }
        party.name = PersonName::parse(dice.word(&NAMES)).expect("a name");
        contract.parties.push(party);
    }
    if dice.once_in(2) {
        contract.details.amount_yen = Some(random_amount(dice));
    }
    if dice.once_in(3) {
        contract.details.agreed_on = Some(random_date(dice));
    }
    // Around midnight in Japan, which is 15:00 UTC.
    contract.created_at = random_moment(dice);
    if dice.once_in(4) {
        let concluded_at = random_moment(dice);
        conclude(&mut contract, concluded_at, &world.segment(), &world.segment());
    }
    contract
}

fn random_amount(dice: &mut Dice) -> u64 {
    *dice.one_of(&[
        0,
        1,
        999,
        1_000,
        50_000,
        50_001,
        1_000_000,
        u64::from(u32::MAX),
        9_000_000_000_000,
    ])
}

fn random_date(dice: &mut Dice) -> jiff::civil::Date {
    let day = i64::try_from(dice.below(8)).expect("small");
    jiff::civil::date(2026, 11, 27).saturating_add(jiff::Span::new().days(day))
}

fn random_moment(dice: &mut Dice) -> UtcTime {
    let day = i64::try_from(dice.below(6)).expect("small");
    let second = i64::try_from(dice.below(3)).expect("small") - 1;
    let midnight: UtcTime = "2026-11-28T15:00:00Z".parse().expect("a time");
    midnight
        .checked_add(jiff::SignedDuration::from_secs(day * 86_400 + second))
        .expect("a time")
}

async fn fill(world: &World, count: usize, dice: &mut Dice) -> Vec<Contract> {
    let mut contracts = Vec::new();
    for _ in 0..count {
        let contract = random_contract(world, dice);
        let mut change = world.change(contract.clone(), None);
        if let Some(evidence) = &contract.evidence {
            for named in [&evidence.pdf, &evidence.json] {
                let record = akashi_app::ports::SegmentRecord {
                    segment_id: named.segment_id,
                    byte_length: named.byte_length,
                    plain_sha256: named.revision_sha256,
                    ..world.segment()
                };
                change.segments.push(record);
            }
        }
        world.commit(change).await;
        contracts.push(contract);
    }
    contracts
}

/// Words as they are compared, written down a second time, so that the store does not judge itself.
fn plainly_folded(text: &str) -> String {
    let folded: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !('\u{fe00}'..='\u{fe0f}').contains(c) && !('\u{e0100}'..='\u{e01ef}').contains(c))
        .map(|c| match c {
            'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).expect("hiragana"),
            other => other,
        })
        .collect();
    folded.nfkc().collect()
}

fn searched_texts(contract: &Contract) -> Vec<String> {
    let mut texts = vec![
        contract.details.title.to_string(),
        contract.details.management_number_text().to_owned(),
        contract.counterparty_text(),
    ];
    for party in &contract.parties {
        texts.push(party.name.to_string());
        texts.extend(party.organization.as_ref().map(ToString::to_string));
    }
    texts
}

fn all_words_occur(words: &str, texts: &[String]) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| plainly_folded(text)).collect();
    plainly_folded(words)
        .split_whitespace()
        .all(|word| texts.iter().any(|text| text.contains(word)))
}

/// The filter, in memory.
fn fits(filter: &ContractFilter, contract: &Contract) -> bool {
    let japan = jiff::tz::Offset::constant(9);
    let date = contract
        .details
        .agreed_on
        .unwrap_or_else(|| match contract.state {
            ContractState::Concluded { concluded_at, .. } => japan.to_datetime(concluded_at).date(),
            _ => japan.to_datetime(contract.created_at).date(),
        });
    let amount = contract.details.amount_yen;
    all_words_occur(&filter.words, &searched_texts(contract))
        && all_words_occur(&filter.counterparty, &[contract.counterparty_text()])
        && filter.from.is_none_or(|from| date >= from)
        && filter.until.is_none_or(|until| date <= until)
        && filter
            .min_yen
            .is_none_or(|min| amount.is_some_and(|yen| yen >= min))
        && filter
            .max_yen
            .is_none_or(|max| amount.is_some_and(|yen| yen <= max))
        && (filter.states.is_empty() || filter.states.contains(&contract.state.kind()))
}

/// Whether a text may be cut here: a voiced mark or a variation selector belongs to the character before it.
fn may_begin_with(character: char) -> bool {
    !matches!(
        character,
        'ﾞ' | 'ﾟ' | '\u{3099}' | '\u{309a}' | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Some part of at least two characters of some text of a contract.
fn random_part(contract: &Contract, dice: &mut Dice) -> Option<String> {
    let texts = searched_texts(contract);
    let characters: Vec<char> = dice.one_of(&texts).chars().collect();
    let cuts: Vec<usize> = (0..=characters.len())
        .filter(|&index| characters.get(index).is_none_or(|c| may_begin_with(*c)))
        .collect();
    let from = *dice.one_of(&cuts);
    let until = *dice.one_of(&cuts);
    let part: String = characters.get(from..until)?.iter().collect();
    (part.chars().filter(|c| !c.is_whitespace()).count() >= 2).then_some(part)
}

/// Every part of at least two characters of title, counterparty, management number or parties' names finds its
/// contract, and nothing but contracts in which it occurs.
pub async fn every_part_of_two_characters_finds_its_contract(ports: &StorePorts) {
    let world = World::new(ports).await;
    let mut dice = Dice::seeded(20_261_122);
    let contracts = fill(&world, 60, &mut dice).await;
    let mut tried = 0;
    while tried < 300 {
        let contract = dice.one_of(&contracts);
        let Some(part) = random_part(contract, &mut dice) else {
            continue;
        };
        tried += 1;
        let found = find(&world, &words(&part)).await;
        assert!(
            found.contains(&contract.contract_id),
            "{part:?} finds {:?}",
            searched_texts(contract)
        );
        let expected: BTreeSet<_> = contracts
            .iter()
            .filter(|other| fits(&words(&part), other))
            .map(|other| other.contract_id)
            .collect();
        assert_eq!(found, expected, "{part:?}");
    }
}

/// Many surnames have one character.
pub async fn one_character_is_enough(ports: &StorePorts) {
    let world = World::new(ports).await;
    let mut contract = world.draft("秘密保持");
    contract.parties = vec![world.party("林", None)];
    let hayashi = world.insert(contract).await.value.contract_id;
    let other = world.insert(world.draft("森の売買")).await.value.contract_id;
    assert_eq!(find(&world, &words("林")).await, BTreeSet::from([hayashi]));
    assert_eq!(find(&world, &words("森")).await, BTreeSet::from([other]));
    assert_eq!(find(&world, &words("の")).await, BTreeSet::from([other]));
    assert_eq!(find(&world, &words("ノ")).await, BTreeSet::from([other]));
    assert!(find(&world, &words("海")).await.is_empty());
}

/// Width, case, kana and variants of a kanji do not matter, on either side.
pub async fn spelling_does_not_matter(ports: &StorePorts) {
    let world = World::new(ports).await;
    let pairs = [
        ("ﾊﾞｲｸ便", "ばいく"),
        ("ＡＢＣ商会", "abc"),
        ("㈱みなと", "(株)ミナト"),
        ("葛󠄀城市", "葛城"),
        ("葛飾", "葛\u{e0100}飾"),
        ("第２号", "第2号"),
        ("STRASSE", "strasse"),
    ];
    for (title, query) in pairs {
        let id = world.insert(world.draft(title)).await.value.contract_id;
        assert!(
            find(&world, &words(query)).await.contains(&id),
            "{query} finds {title}"
        );
    }
}

/// Words may stand in different places, but all must occur; the counterparty is asked for on its own.
pub async fn all_words_must_occur(ports: &StorePorts) {
    let world = World::new(ports).await;
    let (contract, segments) = world.rich();
    let id = contract.contract_id;
    let mut change = world.change(contract, None);
    change.segments = segments;
    world.commit(change).await;
    let mine = BTreeSet::from([id]);
    assert_eq!(find(&world, &words("委託 つばめ")).await, mine);
    assert_eq!(find(&world, &words("つばめ　理恵 0042")).await, mine);
    assert_eq!(
        find(&world, &words("  \t ")).await,
        mine,
        "no word is no condition"
    );
    assert!(find(&world, &words("委託 かもめ")).await.is_empty());
    assert!(
        find(&world, &words("書つばめ")).await.is_empty(),
        "not across two texts"
    );
    let counterparty = |name: &str| ContractFilter {
        counterparty: name.to_owned(),
        ..ContractFilter::default()
    };
    assert_eq!(find(&world, &counterparty("ツバメ 商事")).await, mine);
    assert!(
        find(&world, &counterparty("委託")).await.is_empty(),
        "that is the title"
    );
}

/// After a change only the new texts are found.
pub async fn a_new_title_replaces_the_old(ports: &StorePorts) {
    let world = World::new(ports).await;
    let mut stored = world.insert(world.draft("賃貸借契約書")).await;
    let mine = BTreeSet::from([stored.value.contract_id]);
    stored.value.details.title = Title::parse("使用貸借契約書").expect("a title");
    let mut stored = world.replace(stored).await;
    assert!(find(&world, &words("賃貸")).await.is_empty());
    assert_eq!(find(&world, &words("使用")).await, mine);
    stored.value.parties = vec![world.party("森下 健", Some("つばめ商事"))];
    let stored = world.replace(stored).await;
    assert_eq!(find(&world, &words("使用 森下")).await, mine);
    world.replace(stored).await;
    assert_eq!(
        find(&world, &words("使用 森下")).await,
        mine,
        "a change of nothing changes nothing"
    );
}

/// What means something to SQL, FTS5 or arrays is looked for as it stands.
pub async fn signs_of_query_languages_are_only_characters(ports: &StorePorts) {
    let world = World::new(ports).await;
    let tricky = [
        "100%充当",
        "下_線",
        "二重\"引用符\"",
        "一重'引用符'",
        "a AND b OR NOT c",
        "NEAR(a b)",
        "{波,括弧}",
        "星*印",
        "\\逆斜線\\",
        "col:値",
        "- -- ; DROP TABLE contract",
        "$1 ?2 :three",
        "^頭 +足",
    ];
    let mut ids = Vec::new();
    for title in tricky {
        ids.push(world.insert(world.draft(title)).await.value.contract_id);
    }
    for (title, id) in tricky.iter().zip(&ids) {
        assert!(find(&world, &words(title)).await.contains(id), "{title}");
    }
    for (query, expected) in [
        ("0%", 0),
        ("%", 0),
        ("下_", 1),
        ("_", 1),
        ("\"引", 2),
        ("'引", 3),
        ("星*", 7),
    ] {
        assert_eq!(
            find(&world, &words(query)).await,
            BTreeSet::from([ids[expected]]),
            "{query}"
        );
    }
    for nothing in ["%%", "__", "**", "\"\""] {
        assert!(find(&world, &words(nothing)).await.is_empty(), "{nothing}");
    }
    let all: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(find(&world, &words("\u{0}\u{1}")).await, all, "that is no word");
    assert_eq!(
        find(&world, &words("星\u{0}印")).await,
        BTreeSet::from([ids[7]]),
        "those are two"
    );
}

/// A filter as it falls: words, ranges and states in any combination.
fn random_filter(contracts: &[Contract], dice: &mut Dice) -> ContractFilter {
    let mut filter = ContractFilter::default();
    if dice.once_in(3) {
        filter.words = random_part(dice.one_of(contracts), dice).unwrap_or_default();
    }
    if dice.once_in(3) {
        dice.word(&["つばめ", "abc", "ガス", "株式会社", "葛", "みなと 製作"])
            .clone_into(&mut filter.counterparty);
    }
    if dice.once_in(2) {
        filter.from = Some(random_date(dice));
    }
    if dice.once_in(2) {
        filter.until = Some(random_date(dice));
    }
    if dice.once_in(3) {
        filter.min_yen = Some(random_amount(dice));
    }
    if dice.once_in(3) {
        filter.max_yen = Some(random_amount(dice));
    }
    if dice.once_in(5) {
        filter.states = vec![akashi_domain::StateKind::Concluded];
    }
    filter
}

/// Any combination of date range, amount range, counterparty, words and state finds exactly what a plain look at
/// every contract finds.
pub async fn filters_agree_with_a_plain_filter(ports: &StorePorts) {
    let world = World::new(ports).await;
    let mut dice = Dice::seeded(7);
    let contracts = fill(&world, 80, &mut dice).await;
    let mut hits = 0;
    for _ in 0..300 {
        let filter = random_filter(&contracts, &mut dice);
        let expected: BTreeSet<_> = contracts
            .iter()
            .filter(|contract| fits(&filter, contract))
            .map(|contract| contract.contract_id)
            .collect();
        hits += expected.len();
        assert_eq!(find(&world, &filter).await, expected, "{filter:?}");
    }
    assert!(hits > 1000, "the filters find something: {hits}");
    let huge = ContractFilter {
        min_yen: Some(u64::MAX),
        ..ContractFilter::default()
    };
    assert!(find(&world, &huge).await.is_empty());
}

/// A query of more than 100 different words finds nothing, and one of 100 still works.
pub async fn too_many_words_find_nothing(ports: &StorePorts) {
    let world = World::new(ports).await;
    // Pairs such as 一丁, none of which is part of another.
    let letters: Vec<char> = ('一'..).take(101).collect();
    let pair = |c: &char| format!("{c}番");
    let title: String = letters.iter().take(99).map(pair).collect();
    let id = world.insert(world.draft(&title)).await.value.contract_id;
    let query = |count| letters.iter().take(count).map(pair).collect::<Vec<_>>().join(" ");
    assert_eq!(find(&world, &words(&query(99))).await, BTreeSet::from([id]));
    assert!(
        find(&world, &words(&query(100))).await.is_empty(),
        "the last word is not there"
    );
    assert!(find(&world, &words(&query(101))).await.is_empty());
}
