//! Object streams, ISO 32000-2, 7.5.7.

use std::sync::Arc;

use crate::error::ReadError;
use crate::lexer::{Lexer, SyntaxError, parse_digits};
use crate::limits::{Limit, Limits};
use crate::object::{Dictionary, Object, ObjectId};
use crate::parser::Parser;

/// A decoded object stream.
#[derive(Debug)]
pub(crate) struct ObjectStream {
    id: ObjectId,
    data: Arc<[u8]>,
    /// Number and position in `data` of each object.
    index: Vec<(u32, usize)>,
}

impl ObjectStream {
    pub(crate) fn parse(
        id: ObjectId,
        dictionary: &Dictionary,
        data: Vec<u8>,
        limits: &Limits,
    ) -> Result<Self, ReadError> {
        let broken = || ReadError::BrokenObjectStream(id);
        if !dictionary.is_name("Type", "ObjStm") {
            return Err(broken());
        }
        let unsigned = |key: &str| {
            let value = dictionary.get(key).and_then(Object::as_i64);
            value
                .and_then(|value| usize::try_from(value).ok())
                .ok_or_else(broken)
        };
        let (count, first) = (unsigned("N")?, unsigned("First")?);
        if count > limits.objects {
            return Err(Limit::Objects(limits.objects).into());
        }
        let header = data.get(..first).ok_or_else(broken)?;
        let mut lexer = Lexer::new(header, 0);
        let mut next = || {
            let token = lexer.next().ok()?;
            parse_digits(lexer.slice(token.span))
        };
        let mut index = Vec::new();
        for _ in 0..count {
            // An index that is cut short is used as far as it goes.
            let Some((number, offset)) = next().zip(next()) else {
                break;
            };
            let number = u32::try_from(number).map_err(|_| broken())?;
            let offset = usize::try_from(offset)
                .ok()
                .and_then(|offset| offset.checked_add(first));
            index.push((number, offset.ok_or_else(broken)?));
        }
        Ok(Self {
            id,
            data: data.into(),
            index,
        })
    }

    /// The numbers of its objects, in order of their index.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.index.iter().map(|entry| entry.0)
    }

    /// The object `number`, which the cross-reference section announces at `index`; some producers count wrong,
    /// so the number decides.
    pub(crate) fn object(&self, number: u32, index: u32, limits: &Limits) -> Result<Object, ReadError> {
        Ok(self.weighed_object(number, index, limits)?.0)
    }

    /// As [`ObjectStream::object`], with what it takes in memory beside the stream.
    pub(crate) fn weighed_object(
        &self,
        number: u32,
        index: u32,
        limits: &Limits,
    ) -> Result<(Object, usize), ReadError> {
        let announced = usize::try_from(index)
            .ok()
            .and_then(|index| self.index.get(index));
        let found = announced
            .filter(|entry| entry.0 == number)
            .or_else(|| self.index.iter().find(|entry| entry.0 == number));
        let Some((_, position)) = found else {
            return Err(ReadError::BrokenObjectStream(self.id));
        };
        let mut parser = Parser::new(&self.data, *position, limits);
        let offset = *position as u64;
        let object = parser.object().map_err(|error| match error {
            SyntaxError::Limit(limit) => limit.into(),
            error => ReadError::Syntax { offset, error },
        })?;
        Ok((object, parser.weight()))
    }
}
