//! Stream filters, ISO 32000-2, 7.4. Image filters stay opaque.

mod ascii;
mod flate;
mod lzw;
mod predictor;
mod run_length;

#[cfg(test)]
pub(crate) use flate::compress;

use thiserror::Error;

use crate::limits::{Limit, Limits};
use crate::object::{Dictionary, Name, Object};

/// Why a stream cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FilterError {
    /// An image filter or one that does not exist; the data stays opaque.
    #[error("the filter {0} is not decoded here")]
    Unsupported(String),
    /// `Filter` or `DecodeParms` have a wrong structure.
    #[error("the filter entries of a stream are malformed")]
    Malformed,
    /// The data is not what the filter expects.
    #[error("the data of filter {0} is corrupt")]
    Corrupt(&'static str),
    /// A bound was exceeded.
    #[error(transparent)]
    Limit(#[from] Limit),
}

/// A stream with its data compressed, unless there is too little of it.
pub(crate) fn compressed(dictionary: Dictionary, data: Vec<u8>) -> (Dictionary, Vec<u8>) {
    if data.len() < COMPRESSED_BYTES {
        return (dictionary, data);
    }
    (
        dictionary.with("Filter", Name::new("FlateDecode")),
        flate::compress(&data),
    )
}

/// Below, starting the compressor costs far more time than it saves bytes.
const COMPRESSED_BYTES: usize = 512;

/// The filters of one stream in decoding order.
#[derive(Debug, Default)]
pub(crate) struct Pipeline {
    stages: Vec<Stage>,
}

#[derive(Debug)]
struct Stage {
    filter: Filter,
    parameters: Dictionary,
}

#[derive(Debug, PartialEq, Eq)]
enum Filter {
    Flate,
    Lzw,
    AsciiHex,
    Ascii85,
    RunLength,
    Crypt,
    Other(String),
}

impl Filter {
    fn from_name(name: &Name) -> Self {
        match name.as_bytes().as_ref() {
            b"FlateDecode" | b"Fl" => Self::Flate,
            b"LZWDecode" | b"LZW" => Self::Lzw,
            b"ASCIIHexDecode" | b"AHx" => Self::AsciiHex,
            b"ASCII85Decode" | b"A85" => Self::Ascii85,
            b"RunLengthDecode" | b"RL" => Self::RunLength,
            b"Crypt" => Self::Crypt,
            _ => Self::Other(name.to_text()),
        }
    }
}

impl Pipeline {
    /// From a stream dictionary whose filter entries hold no references.
    pub(crate) fn from_direct(dictionary: &Dictionary) -> Result<Self, FilterError> {
        let value = |key| dictionary.get(key).unwrap_or(&Object::Null);
        Self::new(value("Filter"), value("DecodeParms"))
    }

    /// From resolved values of `Filter` and `DecodeParms`.
    pub(crate) fn new(filter: &Object, parameters: &Object) -> Result<Self, FilterError> {
        let names: Vec<&Name> = match filter {
            Object::Null => Vec::new(),
            Object::Name(name) => vec![name],
            Object::Array(array) => array
                .iter()
                .map(|item| item.as_name().ok_or(FilterError::Malformed))
                .collect::<Result<_, _>>()?,
            _ => return Err(FilterError::Malformed),
        };
        let stages = names.into_iter().enumerate().map(|(index, name)| {
            let parameters = match parameters {
                Object::Array(array) => array.get(index).and_then(Object::as_dictionary),
                Object::Dictionary(dictionary) if index == 0 => Some(dictionary),
                _ => None,
            };
            Stage {
                filter: Filter::from_name(name),
                parameters: parameters.cloned().unwrap_or_default(),
            }
        });
        Ok(Self {
            stages: stages.collect(),
        })
    }

    /// The name of the crypt filter that the stream asks for itself (7.4.10).
    pub(crate) fn crypt_filter(&self) -> Option<String> {
        let stage = self.stages.iter().find(|stage| stage.filter == Filter::Crypt)?;
        Some(
            stage
                .parameters
                .name("Name")
                .unwrap_or_else(|| "Identity".to_owned()),
        )
    }

    /// Decodes `data`, none of the steps larger than `maximum` bytes.
    pub(crate) fn decode(
        &self,
        data: Vec<u8>,
        limits: &Limits,
        maximum: usize,
    ) -> Result<Vec<u8>, FilterError> {
        if self.stages.len() > limits.filters {
            return Err(Limit::Filters(limits.filters).into());
        }
        self.stages.iter().try_fold(data, |data, stage| {
            let decoded = match &stage.filter {
                Filter::Flate => predictor::undo(flate::decode(&data, maximum)?, &stage.parameters)?,
                Filter::Lzw => {
                    let early = stage.parameters.get("EarlyChange").and_then(Object::as_i64) != Some(0);
                    predictor::undo(
                        lzw::decode(&data, lzw::Change::when(early), maximum)?,
                        &stage.parameters,
                    )?
                }
                Filter::AsciiHex => ascii::decode_hexadecimal(&data),
                Filter::Ascii85 => ascii::decode_85(&data, maximum)?,
                Filter::RunLength => run_length::decode(&data, maximum)?,
                Filter::Crypt => data,
                Filter::Other(name) => return Err(FilterError::Unsupported(name.clone())),
            };
            if decoded.len() > maximum {
                Err(Limit::StreamBytes(maximum).into())
            } else {
                Ok(decoded)
            }
        })
    }
}

#[cfg(test)]
mod tests;
