//! Cases for the outside judges (`judges/README.md`).

use std::path::PathBuf;

use akashi_pades::ValidationMaterial;
use jiff::Timestamp;
use serde_json::Value;

use crate::world::World;

/// The folder where cases go; `make test` names it and has them judged afterwards.
#[expect(
    clippy::disallowed_methods,
    reason = "tests get their folders from the environment"
)]
fn folder() -> PathBuf {
    let given = std::env::var_os("AKASHI_INTEROP_DIR").map(PathBuf::from);
    given
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("interop"))
        .join("signing")
}

/// Writes a case judged at `moment`; `expected` holds the keys of the judges.
pub(crate) fn write(world: &World, name: &str, file: &[u8], moment: Timestamp, expected: Value) {
    write_with(world, name, file, moment, None, expected);
}

/// As [`write`], with the revocation lists of the day.
pub(crate) fn write_with(
    world: &World,
    name: &str,
    file: &[u8],
    moment: Timestamp,
    newest: Option<&ValidationMaterial>,
    expected: Value,
) {
    let folder = folder().join(name);
    std::fs::create_dir_all(folder.join("roots")).unwrap();
    std::fs::write(folder.join("file.pdf"), file).unwrap();
    for (index, root) in world.roots().iter().enumerate() {
        std::fs::write(folder.join(format!("roots/{index}.pem")), root.to_pem()).unwrap();
    }
    let mut case = expected;
    if let Some(newest) = newest {
        std::fs::create_dir_all(folder.join("crls")).unwrap();
        for (index, list) in newest.revocation_lists.iter().enumerate() {
            std::fs::write(folder.join(format!("crls/{index}.crl")), list.as_der()).unwrap();
        }
        case["crls"] = "crls".into();
    }
    case["file"] = "file.pdf".into();
    case["roots"] = "roots".into();
    case["moment"] = moment.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string().into();
    std::fs::write(
        folder.join("case.json"),
        serde_json::to_string_pretty(&case).unwrap(),
    )
    .unwrap();
}
