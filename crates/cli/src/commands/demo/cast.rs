//! Who takes part. All names, addresses and companies are invented; the domains are reserved (RFC 2606).

use akashi_app::domain::{Language, Role};
use akashi_typeset::demo::{Representative, Side};

/// A member of the demonstration's organization.
pub(super) struct Colleague {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) role: Role,
    pub(super) language: Language,
}

/// The organization.
pub(super) const ORGANIZATION: &str = "株式会社みなと製作所";

/// Its members; the first is the one who set it up.
pub(super) const MEMBERS: [Colleague; 4] = [
    Colleague {
        name: "髙橋 誠",
        email: "takahashi@minato.example",
        role: Role::Administrator,
        language: Language::Ja,
    },
    Colleague {
        name: "佐伯 真由美",
        email: "saeki@minato.example",
        role: Role::Member,
        language: Language::Ja,
    },
    Colleague {
        name: "渡邊 健太",
        email: "watanabe@minato.example",
        role: Role::Member,
        language: Language::Ja,
    },
    Colleague {
        name: "Emily Carter",
        email: "carter@minato.example",
        role: Role::Administrator,
        language: Language::En,
    },
];

/// Someone invited who has not come yet.
pub(super) const INVITED: &str = "nishimura@minato.example";

/// A counterpart: who acts, for whom.
#[derive(Clone, Copy)]
pub(super) struct Counterpart {
    pub(super) company: Option<&'static str>,
    pub(super) address: &'static str,
    pub(super) title: &'static str,
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) language: Language,
}

pub(super) const TSUBAME: Counterpart = Counterpart {
    company: Some("株式会社つばめ運輸"),
    address: "東京都江東区豊洲二丁目二番二号",
    title: "代表取締役",
    name: "森下 直樹",
    email: "morishita@tsubame.example",
    language: Language::Ja,
};

pub(super) const AOBA: Counterpart = Counterpart {
    company: Some("青葉建設株式会社"),
    address: "宮城県仙台市青葉区中央三丁目一番一号",
    title: "代表取締役社長",
    name: "𠮷野 咲",
    email: "yoshino@aoba-kensetsu.example",
    language: Language::Ja,
};

pub(super) const KAEDE: Counterpart = Counterpart {
    company: Some("かえで精密工業株式会社"),
    address: "長野県諏訪市湖岸通り四丁目五番",
    title: "営業部長",
    name: "小林 陽子",
    email: "kobayashi@kaede.example",
    language: Language::Ja,
};

pub(super) const HARBOUR: Counterpart = Counterpart {
    company: Some("Harbour Robotics Ltd."),
    address: "12 Quay Street, Bristol",
    title: "Director",
    name: "James Whitfield",
    email: "whitfield@harbour-robotics.example",
    language: Language::En,
};

pub(super) const SAKURAI: Counterpart = Counterpart {
    company: None,
    address: "神奈川県川崎市中原区小杉町一丁目",
    title: "",
    name: "桜井 美咲",
    email: "sakurai@mail.example",
    language: Language::Ja,
};

/// Our own side, for which the administrator acts.
pub(super) const OURSELVES: Counterpart = Counterpart {
    company: Some(ORGANIZATION),
    address: "神奈川県横浜市中区海岸通一丁目一番",
    title: "代表取締役",
    name: "髙橋 誠",
    email: "takahashi@minato.example",
    language: Language::Ja,
};

impl Counterpart {
    /// As the text of a contract names it.
    pub(super) fn side(&self) -> Side {
        Side {
            name: self.company.unwrap_or(self.name).to_owned(),
            address: self.address.to_owned(),
            representative: self.company.map(|_| Representative {
                title: self.title.to_owned(),
                name: self.name.to_owned(),
            }),
        }
    }
}
