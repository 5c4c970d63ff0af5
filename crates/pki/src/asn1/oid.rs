//! Object identifiers of any length and arc size.

use std::borrow::Cow;
use std::fmt;

use super::Asn1Error;

/// An OBJECT IDENTIFIER, kept as its content octets (X.690, 8.19).
///
/// Arcs are not limited to 32 bits: identifiers below `2.25` carry a UUID in one arc.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(Cow<'static, [u8]>);

impl Oid {
    /// An identifier from constant content octets; the caller vouches for their form.
    pub const fn from_static(content: &'static [u8]) -> Self {
        Self(Cow::Borrowed(content))
    }

    /// An identifier from content octets.
    ///
    /// # Errors
    /// [`Asn1Error::InvalidOid`] when empty, longer than 255 octets, cut inside an arc, or with an
    /// arc that begins with a padding octet.
    pub fn from_content(content: &[u8]) -> Result<Self, Asn1Error> {
        if !is_well_formed(content) {
            return Err(Asn1Error::InvalidOid);
        }
        Ok(Self(Cow::Owned(content.to_vec())))
    }

    /// Parses the dotted form, such as `2.5.4.3`.
    ///
    /// # Errors
    /// [`Asn1Error::InvalidOid`] with fewer than two arcs, arcs above 128 bits, or first arcs that
    /// X.660 does not allow.
    pub fn parse(dotted: &str) -> Result<Self, Asn1Error> {
        let arcs = dotted
            .split('.')
            .map(|arc| arc.parse::<u128>().map_err(|_| Asn1Error::InvalidOid))
            .collect::<Result<Vec<_>, _>>()?;
        let (first, second, rest) = match arcs.as_slice() {
            [first, second, rest @ ..] => (*first, *second, rest),
            _ => return Err(Asn1Error::InvalidOid),
        };
        if first > 2 || (first < 2 && second > 39) {
            return Err(Asn1Error::InvalidOid);
        }
        let mut content = Vec::new();
        push_arc(
            &mut content,
            (first * 40).checked_add(second).ok_or(Asn1Error::InvalidOid)?,
        );
        for arc in rest {
            push_arc(&mut content, *arc);
        }
        Self::from_content(&content)
    }

    /// The content octets.
    pub fn as_content(&self) -> &[u8] {
        &self.0
    }
}

fn is_well_formed(content: &[u8]) -> bool {
    let mut at_start = true;
    for octet in content {
        if at_start && *octet == 0x80 {
            return false;
        }
        at_start = octet & 0x80 == 0;
    }
    !content.is_empty() && content.len() <= 255 && at_start
}

fn push_arc(content: &mut Vec<u8>, arc: u128) {
    let groups = (u128::BITS - arc.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let octet = u8::try_from((arc >> (group * 7)) & 0x7f).unwrap_or_default();
        content.push(if group == 0 { octet } else { octet | 0x80 });
    }
}

impl fmt::Display for Oid {
    /// Dotted form; an arc above 128 bits is written as `?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut arc: Option<u128> = Some(0);
        let mut is_first = true;
        for octet in self.0.iter() {
            arc = arc
                .filter(|value| value.leading_zeros() >= 7)
                .map(|value| (value << 7) | u128::from(octet & 0x7f));
            if octet & 0x80 != 0 {
                continue;
            }
            match (arc, is_first) {
                (Some(value), true) if value < 80 => write!(f, "{}.{}", value / 40, value % 40)?,
                (Some(value), true) => write!(f, "2.{}", value - 80)?,
                (Some(value), false) => write!(f, ".{value}")?,
                (None, true) => f.write_str("2.?")?,
                (None, false) => f.write_str(".?")?,
            }
            is_first = false;
            arc = Some(0);
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}
