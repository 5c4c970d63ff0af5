//! Where a visible signature stands, as the command line says it.

use std::str::FromStr;

use akashi_pades::Placement;

/// A page and an area on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place(pub(super) Placement);

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "expected page,x,y,width,height";
        let (page, rest) = text.split_once(',').ok_or(FORM)?;
        let page: usize = page.trim().parse().map_err(|_| FORM)?;
        let numbers: Result<Vec<f64>, _> = rest.split(',').map(|number| number.trim().parse()).collect();
        let Ok([x, y, width, height]) = <[f64; 4]>::try_from(numbers.map_err(|_| FORM)?) else {
            return Err(FORM);
        };
        let page = page.checked_sub(1).ok_or("pages are counted from 1")?;
        Ok(Self(Placement {
            page,
            x,
            y,
            width,
            height,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_odd_ones_refused() {
        let place: Place = "2, 60,700.5,180,60".parse().unwrap();
        assert_eq!((place.0.page, place.0.y, place.0.width), (1, 700.5, 180.0));
        for text in ["", "1", "1,2,3,4", "1,2,3,4,5,6", "0,1,1,1,1", "x,1,1,1,1"] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }
}
