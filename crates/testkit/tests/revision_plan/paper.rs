//! The contract that is signed.

use akashi_typeset::demo::{Deal, Kind, Representative, Side, contract as draw};
use jiff::civil::date;

use crate::world::World;

/// A Japanese contract of several pages.
pub(crate) fn original(world: &World) -> Vec<u8> {
    draw(&world.book, Kind::ServiceAgreement, &deal()).unwrap().pdf
}

pub(crate) fn deal() -> Deal {
    let side = |name: &str, person: &str| Side {
        name: name.to_owned(),
        address: "神奈川県横浜市西区みなとみらい二丁目三番五号".to_owned(),
        representative: Some(Representative {
            title: "代表取締役".to_owned(),
            name: person.to_owned(),
        }),
    };
    Deal {
        first: side("株式会社みなと製作所", "髙橋 誠"),
        second: side("株式会社つばめ運輸", "森下 航"),
        number: "KY-2026-0412".to_owned(),
        date: date(2026, 11, 20),
        starts: date(2026, 12, 1),
        ends: date(2027, 11, 30),
        subject: "物流業務".to_owned(),
        net_yen: 1_000_000,
    }
}
