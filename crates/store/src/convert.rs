//! Values of the domain as columns, and back.
//!
//! Times are stored as microseconds since 1970-01-01 UTC and days as the number `YYYYMMDD`: both sort, compare
//! and index the same way on SQLite and PostgreSQL. The way back is fallible, since a database can be edited.

use std::fmt;

use akashi_app::ports::StoreError;
use akashi_domain::{Contract, ContractState, Digest32, UtcTime};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::inconsistent;

/// Microseconds since 1970-01-01 UTC; what is finer is cut off.
pub(crate) fn micros(time: UtcTime) -> i64 {
    time.as_microsecond()
}

/// A count or size as a column. What is larger than the column (9.2 × 10^18) is stored as the largest value.
pub(crate) fn saturated(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A day as the number `YYYYMMDD`.
pub(crate) fn day_number(date: jiff::civil::Date) -> i32 {
    i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day())
}

/// The date under which the tax law looks for a contract: 契約日, else the day of 締結日時, else the day it was
/// made, in Japan's time.
pub(crate) fn transaction_date(contract: &Contract) -> jiff::civil::Date {
    const JAPAN: jiff::tz::Offset = jiff::tz::Offset::constant(9);
    let moment = match contract.state {
        ContractState::Concluded { concluded_at, .. } => concluded_at,
        _ => contract.created_at,
    };
    contract
        .details
        .agreed_on
        .unwrap_or_else(|| JAPAN.to_datetime(moment).date())
}

/// Writes a value as JSON.
pub(crate) fn to_json<T: Serialize>(
    table: &'static str,
    column: &'static str,
    id: impl fmt::Display,
    value: &T,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| inconsistent(table, column, id))
}

/// A row on its way back to the domain: names itself in every error.
pub(crate) struct Row<I> {
    table: &'static str,
    id: I,
}

impl<I: fmt::Display> Row<I> {
    pub(crate) const fn new(table: &'static str, id: I) -> Self {
        Self { table, id }
    }

    pub(crate) fn wrong(&self, column: &'static str) -> StoreError {
        inconsistent(self.table, column, &self.id)
    }

    pub(crate) fn time(&self, column: &'static str, stored: i64) -> Result<UtcTime, StoreError> {
        UtcTime::from_microsecond(stored).map_err(|_| self.wrong(column))
    }

    pub(crate) fn digest(&self, column: &'static str, stored: &[u8]) -> Result<Digest32, StoreError> {
        Ok(Digest32::new(self.bytes(column, stored)?))
    }

    pub(crate) fn bytes<const N: usize>(
        &self,
        column: &'static str,
        stored: &[u8],
    ) -> Result<[u8; N], StoreError> {
        stored.try_into().map_err(|_| self.wrong(column))
    }

    pub(crate) fn number<N: TryFrom<i64>>(&self, column: &'static str, stored: i64) -> Result<N, StoreError> {
        N::try_from(stored).map_err(|_| self.wrong(column))
    }

    pub(crate) fn json<T: DeserializeOwned>(
        &self,
        column: &'static str,
        stored: &str,
    ) -> Result<T, StoreError> {
        serde_json::from_str(stored).map_err(|_| self.wrong(column))
    }

    /// A value that is stored under its serde name, such as a role.
    pub(crate) fn name<T: DeserializeOwned>(
        &self,
        column: &'static str,
        stored: &str,
    ) -> Result<T, StoreError> {
        serde_json::from_value(serde_json::Value::String(stored.to_owned())).map_err(|_| self.wrong(column))
    }

    pub(crate) fn parsed<T, E>(&self, column: &'static str, parsed: Result<T, E>) -> Result<T, StoreError> {
        parsed.map_err(|_| self.wrong(column))
    }

    pub(crate) fn present<T>(&self, column: &'static str, stored: Option<T>) -> Result<T, StoreError> {
        stored.ok_or_else(|| self.wrong(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_numbers_sort_like_days() {
        let days = [
            (-44, 3, 15),
            (0, 12, 31),
            (1999, 12, 31),
            (2026, 1, 1),
            (2026, 11, 22),
            (9999, 12, 31),
        ];
        let numbers: Vec<i32> = days
            .iter()
            .map(|&(y, m, d)| day_number(jiff::civil::date(y, m, d)))
            .collect();
        assert!(numbers.is_sorted(), "{numbers:?}");
        assert_eq!(day_number(jiff::civil::date(2026, 11, 22)), 20_261_122);
    }

    #[test]
    fn a_damaged_column_is_named() {
        let row = Row::new("session", "ses_1");
        let error = row.digest("token_sha256", &[1, 2, 3]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "stored row is inconsistent: session.token_sha256 of ses_1"
        );
        assert!(row.number::<u32>("generation", -1).is_err());
        assert!(row.time("expires_at", i64::MAX).is_err());
        assert!(row.json::<Vec<u8>>("body", "{").is_err());
    }
}
