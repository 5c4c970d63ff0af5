//! Which tables there are, and what the service's role may do to each on PostgreSQL.

/// Tables that belong to one tenant: row-level security is forced on them.
pub(crate) const TENANT_TABLES: [&str; 14] = [
    "organization",
    "member",
    "invitation",
    "contract",
    "contract_segment",
    "contract_event",
    "contract_search",
    "party_input",
    "party_shown_page",
    "mail",
    "trusted_certificate",
    "seal_choice",
    "organization_event",
    "preservation_alarm",
];

/// Tables that are read before a tenant is known. They hold ids and hashes, and as little else as possible.
const DIRECTORY_TABLES: [&str; 10] = [
    "organization_directory",
    "membership",
    "account",
    "session",
    "ticket",
    "attempt",
    "contract_link",
    "concluded_contract",
    "concluded_digest",
    "job",
];

/// What the service's role may do to each table. A history can be written but not rewritten.
pub(crate) fn rights() -> Vec<(&'static str, &'static str)> {
    const ALL: &str = "SELECT, INSERT, UPDATE, DELETE";
    const APPEND_ONLY: [&str; 3] = ["organization_directory", "concluded_contract", "concluded_digest"];
    let mut rights: Vec<(&str, &str)> = TENANT_TABLES
        .into_iter()
        .chain(DIRECTORY_TABLES)
        .map(|table| {
            let allowed = match table {
                // Events go only when a whole draft goes.
                "contract_event" => "SELECT, INSERT, DELETE",
                "organization_event" => "SELECT, INSERT",
                _ if APPEND_ONLY.contains(&table) => "SELECT, INSERT",
                _ => ALL,
            };
            (table, allowed)
        })
        .collect();
    rights.push(("seaql_migrations", "SELECT"));
    rights
}
