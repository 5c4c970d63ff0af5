//! Writing DER.

use jiff::Timestamp;

use super::{Oid, Tag, time};

/// Appends DER elements to a buffer.
///
/// ```
/// use akashi_pki::asn1::{Tag, Writer};
/// let mut writer = Writer::new();
/// writer.nested(Tag::SEQUENCE, |sequence| {
///     sequence.integer(&[1]);
///     sequence.null();
/// });
/// assert_eq!(writer.finish(), [0x30, 5, 2, 1, 1, 5, 0]);
/// ```
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty writer with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(capacity),
        }
    }

    /// The bytes written.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// Appends an element whose contents `write` appends.
    pub fn nested(&mut self, tag: Tag, write: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        write(self);
        let header = Header::new(tag, self.bytes.len() - start);
        self.bytes.splice(start..start, header.as_slice().iter().copied());
    }

    /// Appends a SEQUENCE.
    pub fn sequence(&mut self, write: impl FnOnce(&mut Self)) {
        self.nested(Tag::SEQUENCE, write);
    }

    /// Appends an element with given contents.
    pub fn element(&mut self, tag: Tag, content: &[u8]) {
        self.bytes
            .extend_from_slice(Header::new(tag, content.len()).as_slice());
        self.bytes.extend_from_slice(content);
    }

    /// Appends bytes that are already encoded.
    pub fn raw(&mut self, encoded: &[u8]) {
        self.bytes.extend_from_slice(encoded);
    }

    /// Appends a BOOLEAN.
    pub fn boolean(&mut self, value: bool) {
        self.element(Tag::BOOLEAN, &[if value { 0xff } else { 0 }]);
    }

    /// Appends a non-negative INTEGER given as big-endian octets; leading zeros are normalised.
    pub fn integer(&mut self, magnitude: &[u8]) {
        let significant = magnitude
            .iter()
            .position(|octet| *octet != 0)
            .and_then(|at| magnitude.get(at..))
            .unwrap_or(&[0]);
        if significant.first().is_some_and(|first| first & 0x80 != 0) {
            self.bytes
                .extend_from_slice(Header::new(Tag::INTEGER, significant.len() + 1).as_slice());
            self.bytes.push(0);
            self.bytes.extend_from_slice(significant);
        } else {
            self.element(Tag::INTEGER, significant);
        }
    }

    /// Appends a small INTEGER.
    pub fn integer_u64(&mut self, value: u64) {
        self.integer(&value.to_be_bytes());
    }

    /// Appends a small INTEGER under another tag (IMPLICIT tagging).
    pub fn implicit_integer(&mut self, tag: Tag, value: u64) {
        let start = self.bytes.len();
        self.integer_u64(value);
        if let Some(identifier) = self.bytes.get_mut(start) {
            *identifier = tag.0;
        }
    }

    /// Appends an OBJECT IDENTIFIER.
    pub fn oid(&mut self, oid: &Oid) {
        self.element(Tag::OID, oid.as_content());
    }

    /// Appends NULL.
    pub fn null(&mut self) {
        self.element(Tag::NULL, &[]);
    }

    /// Appends an OCTET STRING.
    pub fn octets(&mut self, content: &[u8]) {
        self.element(Tag::OCTET_STRING, content);
    }

    /// Appends a BIT STRING of whole octets.
    pub fn bit_string(&mut self, octets: &[u8]) {
        self.bytes
            .extend_from_slice(Header::new(Tag::BIT_STRING, octets.len() + 1).as_slice());
        self.bytes.push(0);
        self.bytes.extend_from_slice(octets);
    }

    /// Appends a named-bit BIT STRING, trailing zero bits removed as DER asks (X.690, 11.2.2).
    ///
    /// Bit 0 of the ASN.1 list is the most significant bit of `bits`.
    pub fn named_bits(&mut self, tag: Tag, bits: u16) {
        let [high, low] = bits.to_be_bytes();
        let unused = |octet: u8| u8::try_from(octet.trailing_zeros()).unwrap_or_default();
        match (high, low) {
            (0, 0) => self.element(tag, &[0]),
            (high, 0) => self.element(tag, &[unused(high), high]),
            (high, low) => self.element(tag, &[unused(low), high, low]),
        }
    }

    /// Appends a UTF8String.
    pub fn utf8(&mut self, text: &str) {
        self.element(Tag::UTF8_STRING, text.as_bytes());
    }

    /// Appends a moment the way certificates and CRLs must: UTCTime until 2049, then GeneralizedTime
    /// (RFC 5280, 4.1.2.5). Fractions are dropped.
    pub fn time(&mut self, moment: Timestamp) {
        let digits = time::digits_of(moment);
        match digits.split_at_checked(2) {
            Some(("20", short)) if short < "50" => {
                self.element(Tag::UTC_TIME, format!("{short}Z").as_bytes());
            }
            Some(("19", short)) if short >= "50" => {
                self.element(Tag::UTC_TIME, format!("{short}Z").as_bytes());
            }
            _ => self.element(Tag::GENERALIZED_TIME, format!("{digits}Z").as_bytes()),
        }
    }

    /// Appends a GeneralizedTime; a fraction of a second is written without trailing zeros
    /// (X.690, 11.7).
    pub fn generalized_time(&mut self, moment: Timestamp) {
        let mut text = time::digits_of(moment);
        let nanosecond = moment.subsec_nanosecond();
        if nanosecond > 0 {
            let fraction = format!("{nanosecond:09}");
            text.push('.');
            text.push_str(fraction.trim_end_matches('0'));
        }
        text.push('Z');
        self.element(Tag::GENERALIZED_TIME, text.as_bytes());
    }

    /// Appends a SET OF under `tag`, its encoded members sorted as DER asks (X.690, 11.6).
    pub fn set_of(&mut self, tag: Tag, mut members: Vec<Vec<u8>>) {
        members.sort_unstable();
        self.nested(tag, |set| members.iter().for_each(|member| set.raw(member)));
    }
}

/// Identifier and length octets without an allocation.
struct Header {
    octets: [u8; 10],
    length: usize,
}

impl Header {
    fn new(tag: Tag, content_length: usize) -> Self {
        let mut octets = [0; 10];
        let [identifier, first, tail @ ..] = &mut octets;
        *identifier = tag.0;
        let length = match u8::try_from(content_length) {
            Ok(short) if short < 0x80 => {
                *first = short;
                2
            }
            _ => {
                let all = content_length.to_be_bytes();
                let skip = all.iter().position(|octet| *octet != 0).unwrap_or_default();
                let significant = all.get(skip..).unwrap_or_default();
                *first = 0x80 | u8::try_from(significant.len()).unwrap_or_default();
                tail.iter_mut()
                    .zip(significant)
                    .for_each(|(slot, octet)| *slot = *octet);
                2 + significant.len()
            }
        };
        Self { octets, length }
    }

    fn as_slice(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }
}
