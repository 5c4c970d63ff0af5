//! Reading elements out of borrowed bytes.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{Asn1Error, Oid, Tag, time};

/// Nesting that scanning an indefinite length or joining string segments follows at most.
const MAX_DEPTH: usize = 32;

/// Which encodings are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodingRules {
    /// Distinguished rules (X.690, 10): definite minimal lengths, primitive strings.
    Der,
    /// Basic rules (X.690, 8): also indefinite and padded lengths, constructed octet strings.
    Ber,
}

/// One tag-length-value triple with the bytes it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    tag: Tag,
    raw: &'a [u8],
    content: &'a [u8],
    rules: EncodingRules,
}

/// The value of a BIT STRING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitString<'a> {
    /// Bits of the last octet that do not count, 0–7.
    pub unused_bits: u8,
    /// The octets.
    pub bytes: &'a [u8],
}

impl BitString<'_> {
    /// Bit `index` counted from the most significant bit of the first octet; `false` beyond the end.
    pub fn bit(&self, index: usize) -> bool {
        self.bytes
            .get(index / 8)
            .is_some_and(|octet| octet & (0x80 >> (index % 8)) != 0)
    }
}

impl<'a> Element<'a> {
    /// The identifier octet.
    pub fn tag(&self) -> Tag {
        self.tag
    }

    /// The whole element as received, header and (for an indefinite length) end marker included.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The content octets.
    pub fn content(&self) -> &'a [u8] {
        self.content
    }

    /// A reader over the contents.
    pub fn reader(&self) -> Reader<'a> {
        Reader {
            rest: self.content,
            rules: self.rules,
        }
    }

    /// Requires another tag than the one read with.
    ///
    /// # Errors
    /// [`Asn1Error::UnexpectedTag`].
    pub fn expect(self, expected: Tag) -> Result<Self, Asn1Error> {
        if self.tag == expected {
            Ok(self)
        } else {
            Err(Asn1Error::UnexpectedTag {
                expected,
                found: self.tag,
            })
        }
    }

    /// The contents as an object identifier, whatever the tag.
    ///
    /// # Errors
    /// [`Asn1Error::InvalidOid`].
    pub fn to_oid(&self) -> Result<Oid, Asn1Error> {
        Oid::from_content(self.content)
    }

    /// The contents as BOOLEAN, whatever the tag.
    ///
    /// # Errors
    /// [`Asn1Error::InvalidBoolean`].
    pub fn to_bool(&self) -> Result<bool, Asn1Error> {
        match (self.content, self.rules) {
            ([0], _) => Ok(false),
            ([0xff], _) | ([_], EncodingRules::Ber) => Ok(true),
            _ => Err(Asn1Error::InvalidBoolean),
        }
    }

    /// The content octets of an INTEGER (two's complement, as received), whatever the tag.
    ///
    /// # Errors
    /// [`Asn1Error::InvalidInteger`] when empty.
    pub fn to_integer(&self) -> Result<&'a [u8], Asn1Error> {
        if self.content.is_empty() {
            Err(Asn1Error::InvalidInteger)
        } else {
            Ok(self.content)
        }
    }

    /// A non-negative INTEGER or ENUMERATED of at most 64 bits.
    ///
    /// # Errors
    /// [`Asn1Error::InvalidInteger`] when empty, negative or larger.
    pub fn to_u64(&self) -> Result<u64, Asn1Error> {
        let octets = self.to_integer()?;
        if octets.first().is_some_and(|first| first & 0x80 != 0) {
            return Err(Asn1Error::InvalidInteger);
        }
        octets.iter().try_fold(0_u64, |value, octet| {
            if value.leading_zeros() < 8 {
                return Err(Asn1Error::InvalidInteger);
            }
            Ok((value << 8) | u64::from(*octet))
        })
    }

    /// The contents as BIT STRING, whatever the tag.
    ///
    /// # Errors
    /// [`Asn1Error::InvalidBitString`].
    pub fn to_bit_string(&self) -> Result<BitString<'a>, Asn1Error> {
        let (unused_bits, bytes) = self.content.split_first().ok_or(Asn1Error::InvalidBitString)?;
        if *unused_bits > 7 || (*unused_bits > 0 && bytes.is_empty()) {
            return Err(Asn1Error::InvalidBitString);
        }
        Ok(BitString {
            unused_bits: *unused_bits,
            bytes,
        })
    }

    /// The octets of a BIT STRING that has no odd bits, such as a signature value.
    ///
    /// # Errors
    /// [`Asn1Error::InvalidBitString`].
    pub fn to_bit_octets(&self) -> Result<&'a [u8], Asn1Error> {
        match self.to_bit_string()? {
            BitString {
                unused_bits: 0,
                bytes,
            } => Ok(bytes),
            _ => Err(Asn1Error::InvalidBitString),
        }
    }

    /// The octets of an OCTET STRING; segments of a constructed one (BER) are joined.
    ///
    /// # Errors
    /// [`Asn1Error::UnexpectedTag`] when a segment is no octet string, [`Asn1Error::TooDeep`].
    pub fn to_octets(&self) -> Result<Cow<'a, [u8]>, Asn1Error> {
        if !self.tag.is_constructed() {
            return Ok(Cow::Borrowed(self.content));
        }
        let mut joined = Vec::with_capacity(self.content.len());
        self.join_segments(&mut joined, MAX_DEPTH)?;
        Ok(Cow::Owned(joined))
    }

    fn join_segments(&self, joined: &mut Vec<u8>, depth: usize) -> Result<(), Asn1Error> {
        let depth = depth.checked_sub(1).ok_or(Asn1Error::TooDeep)?;
        let mut segments = self.reader();
        while !segments.is_empty() {
            let segment = segments.read()?;
            match segment.tag {
                Tag::OCTET_STRING => joined.extend_from_slice(segment.content),
                tag if tag == Tag::OCTET_STRING.constructed() => segment.join_segments(joined, depth)?,
                found => {
                    return Err(Asn1Error::UnexpectedTag {
                        expected: Tag::OCTET_STRING,
                        found,
                    });
                }
            }
        }
        Ok(())
    }

    /// The text of any of the string types of X.520 `DirectoryString` or of the IA5 family.
    ///
    /// TeletexString is read as Latin-1, as all other readers do; a UTF8String that is not UTF-8 is
    /// refused.
    ///
    /// # Errors
    /// [`Asn1Error::InvalidString`], also for an element that is no string.
    pub fn to_text(&self) -> Result<String, Asn1Error> {
        const INVALID: Asn1Error = Asn1Error::InvalidString;
        match self.tag {
            Tag::UTF8_STRING
            | Tag::PRINTABLE_STRING
            | Tag::IA5_STRING
            | Tag::VISIBLE_STRING
            // NumericString
            | Tag(0x12) => {
                std::str::from_utf8(self.content).map(str::to_owned).map_err(|_| INVALID)
            }
            Tag::TELETEX_STRING => Ok(self.content.iter().map(|octet| char::from(*octet)).collect()),
            Tag::BMP_STRING => {
                let (units, []) = self.content.as_chunks::<2>() else { return Err(INVALID) };
                char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit)))
                    .collect::<Result<String, _>>()
                    .map_err(|_| INVALID)
            }
            Tag::UNIVERSAL_STRING => {
                let (units, []) = self.content.as_chunks::<4>() else { return Err(INVALID) };
                units.iter().map(|unit| char::from_u32(u32::from_be_bytes(*unit))).collect::<Option<String>>().ok_or(INVALID)
            }
            _ => Err(INVALID),
        }
    }

    /// The moment of a UTCTime or GeneralizedTime.
    ///
    /// # Errors
    /// [`Asn1Error::InvalidTime`], also for another tag.
    pub fn to_time(&self) -> Result<Timestamp, Asn1Error> {
        match self.tag {
            Tag::UTC_TIME => time::parse_utc_time(self.content),
            Tag::GENERALIZED_TIME => time::parse_generalized_time(self.content),
            _ => Err(Asn1Error::InvalidTime),
        }
    }

    /// The contents as GeneralizedTime, whatever the tag (IMPLICIT tagging).
    ///
    /// # Errors
    /// [`Asn1Error::InvalidTime`].
    pub fn to_generalized_time(&self) -> Result<Timestamp, Asn1Error> {
        time::parse_generalized_time(self.content)
    }
}

/// Reads elements one after the other.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    rules: EncodingRules,
}

impl<'a> Reader<'a> {
    /// A reader over `input`.
    pub fn new(input: &'a [u8], rules: EncodingRules) -> Self {
        Self { rest: input, rules }
    }

    /// A reader over `input` under DER.
    pub fn der(input: &'a [u8]) -> Self {
        Self::new(input, EncodingRules::Der)
    }

    /// Whether everything has been read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The tag of the next element, if there is one.
    pub fn peek(&self) -> Option<Tag> {
        self.rest.first().copied().map(Tag)
    }

    /// Reads the next element.
    ///
    /// # Errors
    /// [`Asn1Error::Truncated`], [`Asn1Error::HighTagNumber`], [`Asn1Error::InvalidLength`],
    /// [`Asn1Error::TooDeep`].
    pub fn read(&mut self) -> Result<Element<'a>, Asn1Error> {
        let (element, rest) = split_element(self.rest, self.rules, MAX_DEPTH)?;
        self.rest = rest;
        Ok(element)
    }

    /// Reads the next element, which must carry `expected`.
    ///
    /// # Errors
    /// As [`Self::read`], and [`Asn1Error::UnexpectedTag`].
    pub fn read_tag(&mut self, expected: Tag) -> Result<Element<'a>, Asn1Error> {
        match self.peek() {
            None => Err(Asn1Error::Truncated),
            Some(found) if found != expected => Err(Asn1Error::UnexpectedTag { expected, found }),
            Some(_) => self.read(),
        }
    }

    /// Reads the next element if it carries `tag`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, Asn1Error> {
        if self.peek() == Some(tag) {
            self.read().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Enters the next element, which must be a SEQUENCE.
    ///
    /// # Errors
    /// As [`Self::read_tag`].
    pub fn read_sequence(&mut self) -> Result<Reader<'a>, Asn1Error> {
        Ok(self.read_tag(Tag::SEQUENCE)?.reader())
    }

    /// Enters the next element, which must be a SET.
    ///
    /// # Errors
    /// As [`Self::read_tag`].
    pub fn read_set(&mut self) -> Result<Reader<'a>, Asn1Error> {
        Ok(self.read_tag(Tag::SET)?.reader())
    }

    /// Reads an OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// As [`Self::read_tag`], and [`Asn1Error::InvalidOid`].
    pub fn read_oid(&mut self) -> Result<Oid, Asn1Error> {
        self.read_tag(Tag::OID)?.to_oid()
    }

    /// Reads a small non-negative INTEGER, such as a version.
    ///
    /// # Errors
    /// As [`Self::read_tag`], and [`Asn1Error::InvalidInteger`].
    pub fn read_u64(&mut self) -> Result<u64, Asn1Error> {
        self.read_tag(Tag::INTEGER)?.to_u64()
    }

    /// Reads a `BOOLEAN DEFAULT FALSE`.
    ///
    /// # Errors
    /// As [`Self::read`], and [`Asn1Error::InvalidBoolean`].
    pub fn read_default_false(&mut self) -> Result<bool, Asn1Error> {
        self.read_optional(Tag::BOOLEAN)?
            .map_or(Ok(false), |element| element.to_bool())
    }

    /// Reads an OCTET STRING, primitive or (BER) constructed.
    ///
    /// # Errors
    /// As [`Self::read_tag`] and [`Element::to_octets`].
    pub fn read_octets(&mut self) -> Result<Cow<'a, [u8]>, Asn1Error> {
        if self.rules == EncodingRules::Ber && self.peek() == Some(Tag::OCTET_STRING.constructed()) {
            return self.read()?.to_octets();
        }
        self.read_tag(Tag::OCTET_STRING)?.to_octets()
    }

    /// Requires that everything has been read.
    ///
    /// # Errors
    /// [`Asn1Error::TrailingData`].
    pub fn finish(&self) -> Result<(), Asn1Error> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Asn1Error::TrailingData(self.rest.len()))
        }
    }
}

fn split_element(
    input: &[u8],
    rules: EncodingRules,
    depth: usize,
) -> Result<(Element<'_>, &[u8]), Asn1Error> {
    let (identifier, after_tag) = input.split_first().ok_or(Asn1Error::Truncated)?;
    let tag = Tag(*identifier);
    if identifier & 0x1f == 0x1f {
        return Err(Asn1Error::HighTagNumber);
    }
    let (length, after_length) = split_length(after_tag, rules)?;
    let Some(length) = length else {
        return split_indefinite(input, after_length, tag, depth);
    };
    let (content, rest) = after_length
        .split_at_checked(length)
        .ok_or(Asn1Error::Truncated)?;
    let raw = input
        .get(..input.len() - rest.len())
        .ok_or(Asn1Error::Truncated)?;
    Ok((
        Element {
            tag,
            raw,
            content,
            rules,
        },
        rest,
    ))
}

/// Splits the length octets off; `None` is the indefinite form.
fn split_length(input: &[u8], rules: EncodingRules) -> Result<(Option<usize>, &[u8]), Asn1Error> {
    let (first, rest) = input.split_first().ok_or(Asn1Error::Truncated)?;
    if first & 0x80 == 0 {
        return Ok((Some(usize::from(*first)), rest));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 {
        return match rules {
            EncodingRules::Ber => Ok((None, rest)),
            EncodingRules::Der => Err(Asn1Error::InvalidLength),
        };
    }
    let (octets, rest) = rest.split_at_checked(count).ok_or(Asn1Error::Truncated)?;
    let significant = octets
        .iter()
        .position(|octet| *octet != 0)
        .map_or(&[][..], |at| octets.get(at..).unwrap_or_default());
    if significant.len() > 4 {
        return Err(Asn1Error::InvalidLength);
    }
    let length = significant
        .iter()
        .fold(0_usize, |value, octet| (value << 8) | usize::from(*octet));
    let is_minimal = significant.len() == octets.len() && length >= 0x80;
    if rules == EncodingRules::Der && !is_minimal {
        return Err(Asn1Error::InvalidLength);
    }
    Ok((Some(length), rest))
}

fn split_indefinite<'a>(
    input: &'a [u8],
    content_start: &'a [u8],
    tag: Tag,
    depth: usize,
) -> Result<(Element<'a>, &'a [u8]), Asn1Error> {
    let depth = depth.checked_sub(1).ok_or(Asn1Error::TooDeep)?;
    if !tag.is_constructed() {
        return Err(Asn1Error::InvalidLength);
    }
    let mut rest = content_start;
    loop {
        if let [0, 0, after @ ..] = rest {
            let content = content_start
                .get(..content_start.len() - rest.len())
                .ok_or(Asn1Error::Truncated)?;
            let raw = input
                .get(..input.len() - after.len())
                .ok_or(Asn1Error::Truncated)?;
            return Ok((
                Element {
                    tag,
                    raw,
                    content,
                    rules: EncodingRules::Ber,
                },
                after,
            ));
        }
        rest = split_element(rest, EncodingRules::Ber, depth)?.1;
    }
}
