//! `GET /contracts`: find a contract by date, amount, counterparty, words and state.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::pages::sample::{Sample, at, today};
use crate::text::Text;
use crate::view::{AppFrame, ContractBadge, Due, Pager, Section, SlotState, Slots, filters};

/// The list of contracts. The block `results` follows the conditions.
#[derive(Template)]
#[template(path = "contracts/list.html", blocks = ["results"])]
pub(crate) struct ContractsPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) filter: ContractFilter,
    pub(crate) sort: ContractSort,
    pub(crate) rows: Vec<ContractRow>,
    /// All contracts that match, not only those of this page.
    pub(crate) found: u64,
    /// The first row's number, from 1.
    pub(crate) from: u64,
    pub(crate) per_page: u64,
    pub(crate) pager: Pager,
}

/// The conditions as the reader typed them; an empty text is no condition.
#[derive(Clone, Debug, Default)]
pub(crate) struct ContractFilter {
    pub(crate) word: String,
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    pub(crate) min: Option<u64>,
    pub(crate) max: Option<u64>,
    pub(crate) party: String,
    pub(crate) state: StateFilter,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum StateFilter {
    #[default]
    All,
    /// Everything between sending and the end.
    Running,
    One(ContractBadge),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContractSort {
    Newest,
    Oldest,
    Highest,
    Lowest,
}

/// One contract in the list.
#[derive(Clone, Debug)]
pub(crate) struct ContractRow {
    /// Empty where the reader cannot open it.
    pub(crate) href: String,
    pub(crate) badge: ContractBadge,
    /// Empty for a draft without a name.
    pub(crate) title: String,
    pub(crate) reference: String,
    pub(crate) counterparties: Vec<String>,
    pub(crate) date: Option<Date>,
    pub(crate) amount: Option<u64>,
    pub(crate) slots: Slots,
    pub(crate) last: RowLast,
    pub(crate) trial: bool,
}

/// What the last column says.
#[derive(Clone, Debug)]
pub(crate) enum RowLast {
    None,
    Due(Due),
    Concluded(Timestamp),
}

/// A condition that is set, with the address of the list without it.
struct Chip {
    text: String,
    href: String,
}

impl StateFilter {
    const fn key(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Running => "running",
            Self::One(badge) => badge.key(),
        }
    }

    const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::All => t.list_state_all(),
            Self::Running => t.home_running(),
            Self::One(badge) => badge.label(t),
        }
    }

    fn all() -> Vec<Self> {
        let mut all = vec![Self::All, Self::Running];
        all.extend(ContractBadge::ALL.map(Self::One));
        all
    }
}

impl ContractFilter {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let text = |v: Option<u64>| v.map(|n| n.to_string()).unwrap_or_default();
        let day = |v: Option<Date>| v.map(|d| d.to_string()).unwrap_or_default();
        vec![
            ("q", self.word.clone()),
            ("from", day(self.from)),
            ("to", day(self.to)),
            ("min", text(self.min)),
            ("max", text(self.max)),
            ("party", self.party.clone()),
            ("state", self.state.key().to_owned()),
        ]
    }

    /// The list's address with these conditions, without those named; ends in `?` or `&`.
    pub(crate) fn address(&self, without: &[&str], sort: ContractSort) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs() {
            if !value.is_empty() && !without.contains(&name) {
                query.append_pair(name, &value);
            }
        }
        if sort != ContractSort::Newest {
            query.append_pair("sort", sort.key());
        }
        let query = query.finish();
        if query.is_empty() {
            "/contracts?".to_owned()
        } else {
            format!("/contracts?{query}&")
        }
    }

    fn text_from(&self) -> String {
        self.from.map(|d| d.to_string()).unwrap_or_default()
    }

    fn text_to(&self) -> String {
        self.to.map(|d| d.to_string()).unwrap_or_default()
    }

    fn min_text(&self, t: &Text) -> String {
        self.min.map(|n| t.number(&n)).unwrap_or_default()
    }

    fn max_text(&self, t: &Text) -> String {
        self.max.map(|n| t.number(&n)).unwrap_or_default()
    }

    fn set(&self) -> bool {
        self.pairs().iter().any(|(_, value)| !value.is_empty())
    }
}

impl ContractSort {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Newest => "-date",
            Self::Oldest => "date",
            Self::Highest => "-amount",
            Self::Lowest => "amount",
        }
    }
}

impl ContractsPage {
    fn chips(&self) -> Vec<Chip> {
        let (t, f) = (self.t, &self.filter);
        let mut chips = Vec::new();
        let mut chip = |text: String, without: &[&str]| {
            let mut href = f.address(without, self.sort);
            href.pop();
            chips.push(Chip { text, href });
        };
        if !f.word.is_empty() {
            chip(t.list_chip_word(&f.word), &["q"]);
        }
        if f.from.is_some() || f.to.is_some() {
            chip(t.list_chip_date(f.text_from(), f.text_to()), &["from", "to"]);
        }
        if let Some(min) = f.min {
            chip(t.list_chip_min(t.yen(&min)), &["min"]);
        }
        if let Some(max) = f.max {
            chip(t.list_chip_max(t.yen(&max)), &["max"]);
        }
        if !f.party.is_empty() {
            chip(t.list_chip_party(&f.party), &["party"]);
        }
        if f.state != StateFilter::All {
            chip(t.list_chip_state(f.state.label(t)), &["state"]);
        }
        chips
    }

    #[expect(clippy::unused_self, reason = "the template asks it of the context")]
    fn states(&self) -> Vec<StateFilter> {
        StateFilter::all()
    }

    fn to(&self) -> u64 {
        self.from
            .saturating_add(u64::try_from(self.rows.len()).unwrap_or(0))
            .saturating_sub(1)
    }

    /// `aria-sort` of the column of dates or amounts.
    const fn sorted(&self, column: Column) -> &'static str {
        match (column, self.sort) {
            (Column::Date, ContractSort::Newest) | (Column::Amount, ContractSort::Highest) => "descending",
            (Column::Date, ContractSort::Oldest) | (Column::Amount, ContractSort::Lowest) => "ascending",
            _ => "none",
        }
    }

    fn date_sort(&self) -> SortHead {
        let next = if self.sort == ContractSort::Newest {
            ContractSort::Oldest
        } else {
            ContractSort::Newest
        };
        self.sort_head(Column::Date, next)
    }

    fn amount_sort(&self) -> SortHead {
        let next = if self.sort == ContractSort::Highest {
            ContractSort::Lowest
        } else {
            ContractSort::Highest
        };
        self.sort_head(Column::Amount, next)
    }

    fn sort_head(&self, column: Column, next: ContractSort) -> SortHead {
        let mut href = self.filter.address(&[], next);
        href.pop();
        let sorted = self.sorted(column);
        let icon = match sorted {
            "descending" => "sort-down",
            "ascending" => "sort-up",
            _ => "sort",
        };
        SortHead { sorted, href, icon }
    }
}

/// A column's head that sorts.
struct SortHead {
    sorted: &'static str,
    href: String,
    icon: &'static str,
}

#[derive(Clone, Copy)]
enum Column {
    Date,
    Amount,
}

impl ContractRow {
    fn shown_title(&self, t: &Text) -> String {
        if self.title.is_empty() {
            t.list_untitled().to_owned()
        } else {
            self.title.clone()
        }
    }

    fn first_counterparty(&self) -> &str {
        self.counterparties.first().map_or("", String::as_str)
    }

    fn more_counterparties(&self) -> usize {
        self.counterparties.len().saturating_sub(1)
    }
}

impl Sample for ContractsPage {
    const NAME: &'static str = "contracts";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let filter = ContractFilter {
            from: Some(jiff::civil::date(2026, 4, 1)),
            to: Some(today()),
            min: Some(1_000_000),
            ..ContractFilter::default()
        };
        let page = |filter: ContractFilter, rows: Vec<ContractRow>, found, pages| Self {
            t,
            frame: AppFrame::sample(t, Section::Contracts),
            pager: Pager {
                base: filter.address(&[], ContractSort::Newest),
                page: 1,
                pages,
            },
            filter,
            sort: ContractSort::Newest,
            rows,
            found,
            from: 1,
            per_page: 20,
        };
        let nothing = ContractFilter {
            word: "存在しない契約".into(),
            state: StateFilter::Running,
            ..filter.clone()
        };
        vec![
            ("", page(filter, sample_rows(), 86, 5)),
            ("nothing", page(nothing, Vec::new(), 0, 0)),
            ("empty", page(ContractFilter::default(), Vec::new(), 0, 0)),
        ]
    }
}

#[expect(clippy::too_many_lines, reason = "a list of samples")]
fn sample_rows() -> Vec<ContractRow> {
    use ContractBadge as B;
    use SlotState::{Done, Now, Refused, Waiting};
    let due = |month, day| {
        RowLast::Due(Due {
            day: jiff::civil::date(2026, month, day),
            today: today(),
        })
    };
    let row = |badge,
               title: &str,
               reference: &str,
               parties: &[&str],
               date: (i8, i8),
               amount,
               slots: &[&[(usize, SlotState)]],
               last| ContractRow {
        href: "/contracts/ctr_01K9H3".into(),
        badge,
        title: title.into(),
        reference: reference.into(),
        counterparties: parties.iter().map(ToString::to_string).collect(),
        date: Some(jiff::civil::date(2026, date.0, date.1)),
        amount,
        slots: Slots::new(slots),
        last,
        trial: false,
    };
    let mut draft = row(B::Draft, "", "", &[], (11, 20), None, &[], RowLast::None);
    draft.date = None;
    let mut trial = row(
        B::Concluded,
        "産業廃棄物処理委託契約書",
        "KY-2026-0322",
        &["白樺環境株式会社"],
        (9, 11),
        Some(1_430_000),
        &[&[(1, Done)], &[(0, Done)]],
        RowLast::Concluded(at(11, 10, 2)),
    );
    trial.trial = true;
    vec![
        row(
            B::Open,
            "物流業務委託基本契約書",
            "KY-2026-0412",
            &["株式会社つばめ運輸", "青葉倉庫株式会社"],
            (11, 20),
            Some(4_860_000),
            &[&[(1, Done), (2, Now)], &[(0, Waiting)]],
            due(11, 30),
        ),
        row(
            B::Concluding,
            "フォークリフト賃貸借契約書",
            "KY-2026-0409",
            &["関東リフト株式会社"],
            (11, 19),
            Some(1_188_000),
            &[&[(1, Done), (0, Done)]],
            RowLast::None,
        ),
        row(
            B::Concluded,
            "製品保管契約書(第1倉庫)",
            "KY-2026-0398",
            &["青葉倉庫株式会社"],
            (11, 12),
            Some(3_240_000),
            &[&[(2, Done)], &[(0, Done)]],
            RowLast::Concluded(at(12, 9, 41)),
        ),
        draft,
        row(
            B::Declined,
            "冷凍倉庫 賃貸借契約書",
            "KY-2026-0388",
            &["𠮷野不動産株式会社"],
            (11, 5),
            Some(9_600_000),
            &[&[(1, Refused)], &[(0, Waiting)]],
            RowLast::None,
        ),
        row(
            B::Withdrawn,
            "配送システム開発委託契約書",
            "KY-2026-0371",
            &["合同会社ことり工房"],
            (10, 22),
            Some(2_750_000),
            &[&[(1, Waiting)], &[(0, Waiting)]],
            RowLast::None,
        ),
        row(
            B::Concluded,
            "構内運搬業務請負契約書",
            "KY-2026-0356",
            &["株式会社鶴見サービス", "株式会社つばめ運輸", "青葉倉庫株式会社"],
            (10, 8),
            Some(1_980_000),
            &[&[(1, Done), (2, Done), (3, Done)], &[(0, Done)]],
            RowLast::Concluded(at(8, 17, 20)),
        ),
        row(
            B::Expired,
            "梱包資材 売買基本契約書",
            "KY-2026-0340",
            &["有限会社まるや紙器"],
            (9, 29),
            Some(1_056_000),
            &[&[(1, Now)], &[(0, Waiting)]],
            RowLast::None,
        ),
        trial,
    ]
}
