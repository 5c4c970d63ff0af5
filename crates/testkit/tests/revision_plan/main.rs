//! The revision plan of a contract, made by `pades`, judged by `validation` and by programs of others.

mod cases;
mod contract;
mod world;

use serde_json::json;

use crate::world::World;

fn original(world: &World) -> Vec<u8> {
    let sheet = akashi_typeset::EvidenceSheet::sample();
    akashi_typeset::evidence_sheet(&world.book, &sheet, akashi_typeset::Language::Japanese).unwrap()
}

#[test]
fn three_parties_in_two_stages() {
    let world = World::new();
    let file = contract::conclude(&world, &original(&world));
    let accepted = |coverage: &str, level: &str| {
        json!({ "accepted": true, "intact": true, "valid": true, "trusted": true, "timestamp_ok": true,
            "coverage": coverage, "modification_level": level })
    };
    let signatures = json!([
        accepted("ENTIRE_REVISION", "FORM_FILLING"),
        accepted("ENTIRE_REVISION", "FORM_FILLING"),
        accepted("ENTIRE_FILE", "NONE"),
    ]);
    cases::write(
        &world,
        "three-parties",
        &file,
        json!({
            "pyhanko": { "lenient": signatures, "default": signatures },
            "pdfsig": [
                { "valid": true, "whole_file": false }, { "valid": true, "whole_file": false },
                { "valid": true, "whole_file": true },
            ],
            "qpdf": { "clean": true },
        }),
    );
}
