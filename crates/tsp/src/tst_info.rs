//! `TSTInfo` (RFC 3161, 2.4.2).

use akashi_pki::asn1::{Asn1Error, EncodingRules, Oid, Reader, Tag, Writer};
use akashi_pki::{GeneralName, SerialNumber, extension};
use jiff::{SignedDuration, Timestamp};

use crate::request::{MessageImprint, Nonce};

/// How far `genTime` may lie from the true time, to both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Accuracy {
    /// Seconds.
    pub seconds: u32,
    /// Milliseconds, 0–999.
    pub millis: u16,
    /// Microseconds, 0–999.
    pub micros: u16,
}

impl Accuracy {
    /// The accuracy as a duration.
    pub fn to_duration(self) -> SignedDuration {
        let micros = i64::from(self.millis) * 1000 + i64::from(self.micros);
        SignedDuration::from_secs(i64::from(self.seconds)) + SignedDuration::from_micros(micros)
    }
}

/// What a token says, with its bytes as signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TstInfo {
    /// The policy under which the token was made.
    pub policy: Oid,
    /// What was stamped.
    pub imprint: MessageImprint,
    /// Number of the token, unique per authority.
    pub serial_number: SerialNumber,
    /// When it was stamped; fractions of a second are kept.
    pub gen_time: Timestamp,
    /// How exact that is, if stated.
    pub accuracy: Option<Accuracy>,
    /// Whether tokens of this authority can be ordered by time alone.
    pub is_ordered: bool,
    /// The nonce of the request.
    pub nonce: Option<Nonce>,
    /// The authority's name, if stated.
    pub tsa: Option<GeneralName>,
    /// Whether there is a critical extension; none are known.
    pub has_critical_extension: bool,
    pub(crate) der: Vec<u8>,
}

/// Bytes are no `TSTInfo`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TstInfoError {
    /// Not the structure of RFC 3161, 2.4.2.
    #[error("malformed time-stamp information")]
    Malformed(#[from] Asn1Error),
    /// Another version than 1.
    #[error("unsupported version {0} of the time-stamp information")]
    Version(u64),
}

impl TstInfo {
    /// Reads the signed content of a token.
    ///
    /// # Errors
    /// [`TstInfoError`].
    pub fn from_der(der: &[u8]) -> Result<Self, TstInfoError> {
        let mut outer = Reader::new(der, EncodingRules::Ber);
        let mut fields = outer.read_sequence()?;
        outer.finish()?;
        let version = fields.read_u64()?;
        if version != 1 {
            return Err(TstInfoError::Version(version));
        }
        let policy = fields.read_oid()?;
        let imprint = MessageImprint::read(&fields.read()?)?;
        let serial_number = SerialNumber::from_content(fields.read_tag(Tag::INTEGER)?.to_integer()?);
        let gen_time = fields.read_tag(Tag::GENERALIZED_TIME)?.to_time()?;
        let accuracy = match fields.read_optional(Tag::SEQUENCE)? {
            Some(accuracy) => Some(read_accuracy(accuracy.reader())?),
            None => None,
        };
        let is_ordered = fields.read_default_false()?;
        let nonce = match fields.read_optional(Tag::INTEGER)? {
            Some(nonce) => Some(Nonce(nonce.to_integer()?.to_vec())),
            None => None,
        };
        let tsa = match fields.read_optional(Tag::context(0))? {
            Some(tsa) => Some(GeneralName::read(&tsa.reader().read()?)?),
            None => None,
        };
        let has_critical_extension = match fields.read_optional(Tag::context(1))? {
            Some(extensions) => extension::has_critical(extensions.reader())?,
            None => false,
        };
        fields.finish()?;
        Ok(Self {
            policy,
            imprint,
            serial_number,
            gen_time,
            accuracy,
            is_ordered,
            nonce,
            tsa,
            has_critical_extension,
            der: der.to_vec(),
        })
    }

    /// The bytes as signed.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    pub(crate) fn encode(
        policy: &Oid,
        imprint: &MessageImprint,
        serial_number: &SerialNumber,
        gen_time: Timestamp,
        accuracy: Option<Accuracy>,
        nonce: Option<&Nonce>,
    ) -> Vec<u8> {
        let mut writer = Writer::with_capacity(192);
        writer.sequence(|info| {
            info.integer_u64(1);
            info.oid(policy);
            info.raw(&imprint.der);
            info.element(Tag::INTEGER, serial_number.as_content());
            info.generalized_time(gen_time);
            if let Some(accuracy) = accuracy {
                write_accuracy(info, accuracy);
            }
            if let Some(nonce) = nonce {
                info.element(Tag::INTEGER, &nonce.0);
            }
        });
        writer.finish()
    }
}

fn read_accuracy(mut fields: Reader<'_>) -> Result<Accuracy, Asn1Error> {
    let seconds = fields
        .read_optional(Tag::INTEGER)?
        .map_or(Ok(0), |value| value.to_u64())?;
    let mut part = |number| {
        let value = fields.read_optional(Tag::context_primitive(number))?;
        let value = value.map_or(Ok(0), |value| value.to_u64())?;
        u16::try_from(value)
            .ok()
            .filter(|value| *value < 1000)
            .ok_or(Asn1Error::InvalidInteger)
    };
    let (millis, micros) = (part(0)?, part(1)?);
    fields.finish()?;
    let seconds = u32::try_from(seconds).map_err(|_| Asn1Error::InvalidInteger)?;
    Ok(Accuracy {
        seconds,
        millis,
        micros,
    })
}

fn write_accuracy(writer: &mut Writer, accuracy: Accuracy) {
    writer.sequence(|fields| {
        if accuracy.seconds > 0 {
            fields.integer_u64(u64::from(accuracy.seconds));
        }
        for (number, value) in [(0, accuracy.millis), (1, accuracy.micros)] {
            if value > 0 {
                fields.implicit_integer(Tag::context_primitive(number), u64::from(value));
            }
        }
    });
}
