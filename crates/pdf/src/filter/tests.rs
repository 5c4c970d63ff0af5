use super::*;

fn decode(dictionary: &str, data: &[u8]) -> Result<Vec<u8>, FilterError> {
    let dictionary = Object::parse(dictionary.as_bytes()).unwrap();
    let limits = Limits::default();
    Pipeline::from_direct(dictionary.as_dictionary().unwrap())?.decode(data.to_vec(), &limits, 1 << 20)
}

#[test]
fn flate_round_trip() {
    for length in [0, 1, 100, 100_000] {
        let data: Vec<u8> = (0..length)
            .flat_map(|index: u32| index.wrapping_mul(index).to_le_bytes())
            .collect();
        assert_eq!(decode("<</Filter/FlateDecode>>", &compress(&data)).unwrap(), data);
    }
}

#[test]
fn flate_keeps_what_a_cut_stream_holds() {
    let data = b"abcdefgh".repeat(1000);
    let encoded = compress(&data);
    let cut = decode("<</Filter/Fl>>", &encoded[..encoded.len() - 6]).unwrap();
    assert!(data.starts_with(&cut) && !cut.is_empty());
}

#[test]
fn flate_bombs_are_stopped() {
    let encoded = compress(&vec![0; 4 << 20]);
    assert_eq!(
        decode("<</Filter/FlateDecode>>", &encoded),
        Err(Limit::StreamBytes(1 << 20).into())
    );
}

#[test]
fn flate_garbage_is_an_error() {
    assert_eq!(
        decode("<</Filter/FlateDecode>>", b"\xff\xff\xff\xff\xff"),
        Err(FilterError::Corrupt("FlateDecode"))
    );
}

#[test]
fn ascii_filters() {
    assert_eq!(
        decode("<</Filter[/AHx]>>", b"48 65 6C6c6F 7>").unwrap(),
        b"Hello\x70"
    );
    assert_eq!(
        decode("<</Filter/ASCII85Decode>>", b"87cURD]i,\"Ebo80~>").unwrap(),
        b"Hello World!"
    );
    assert_eq!(decode("<</Filter/A85>>", b"z!!~>").unwrap(), [0, 0, 0, 0, 0]);
    assert_eq!(
        decode("<</Filter/A85>>", b"s8W-\"~>"),
        Err(FilterError::Corrupt("ASCII85Decode"))
    );
}

#[test]
fn run_length() {
    assert_eq!(
        decode("<</Filter/RL>>", b"\x02abc\xfed\x80zz").unwrap(),
        b"abcddd"
    );
}

#[test]
fn lzw_example_of_the_standard() {
    // ISO 32000-2, 7.4.4.2, example.
    let encoded = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
    let expected = [45, 45, 45, 45, 45, 65, 45, 45, 45, 66];
    assert_eq!(decode("<</Filter/LZWDecode>>", &encoded).unwrap(), expected);
}

/// The encoder of the standard's algorithm, early change or not.
fn lzw_encode(data: &[u8], early: usize) -> Vec<u8> {
    let (mut bits, mut out, mut filled) = (0_u64, Vec::new(), 0);
    let mut emit = |code: usize, width: usize| {
        bits = bits << width | code as u64;
        filled += width;
        while filled >= 8 {
            filled -= 8;
            out.push((bits >> filled & 255) as u8);
        }
    };
    let mut table: std::collections::HashMap<Vec<u8>, usize> = std::collections::HashMap::new();
    let reset = |table: &mut std::collections::HashMap<Vec<u8>, usize>| {
        table.clear();
        table.extend((0..=255_u8).map(|byte| (vec![byte], usize::from(byte))));
    };
    reset(&mut table);
    let (mut next, mut width) = (258, 9);
    emit(256, 9);
    let mut current: Vec<u8> = Vec::new();
    for byte in data {
        let mut longer = current.clone();
        longer.push(*byte);
        if table.contains_key(&longer) {
            current = longer;
            continue;
        }
        emit(table[&current], width);
        table.insert(longer, next);
        next += 1;
        width = match next + early {
            0..=512 => 9,
            513..=1024 => 10,
            1025..=2048 => 11,
            _ => 12,
        };
        if next == 4095 {
            emit(256, width);
            reset(&mut table);
            (next, width) = (258, 9);
        }
        current = vec![*byte];
    }
    if !current.is_empty() {
        emit(table[&current], width);
        next += 1;
        width = match next + early {
            0..=512 => 9,
            513..=1024 => 10,
            1025..=2048 => 11,
            _ => 12,
        };
    }
    emit(257, width);
    emit(0, 7);
    out
}

#[test]
fn lzw_round_trip_through_all_code_lengths() {
    let mut seed = 1_u32;
    let data: Vec<u8> = (0..60_000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 28) as u8
        })
        .collect();
    for length in [0, 1, 300, 5_000, 60_000] {
        let part = &data[..length];
        assert_eq!(
            decode("<</Filter/LZW>>", &lzw_encode(part, 1)).unwrap(),
            part,
            "{length} early"
        );
        let late = "<</Filter/LZW/DecodeParms<</EarlyChange 0>>>>";
        assert_eq!(decode(late, &lzw_encode(part, 0)).unwrap(), part, "{length} late");
    }
}

#[test]
fn png_predictors() {
    let parameters = "<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 3>>>>";
    let rows = [[2, 1, 2, 3], [2, 1, 1, 1], [1, 5, 1, 1]].concat();
    assert_eq!(
        decode(parameters, &compress(&rows)).unwrap(),
        [1, 2, 3, 2, 3, 4, 5, 6, 7]
    );
    assert_eq!(
        decode(parameters, &compress(&[9, 0, 0, 0])),
        Err(FilterError::Corrupt("PNG predictor"))
    );
}

#[test]
fn tiff_predictors() {
    let wide = "<</Filter/FlateDecode/DecodeParms<</Predictor 2/Columns 3/BitsPerComponent 16>>>>";
    assert_eq!(
        decode(wide, &compress(&[0, 255, 0, 1, 0, 1])).unwrap(),
        [0, 255, 1, 0, 1, 1]
    );
    let packed = "<</Filter/FlateDecode/DecodeParms<</Predictor 2/Columns 4/BitsPerComponent 2>>>>";
    assert_eq!(decode(packed, &compress(&[0b0101_0101])).unwrap(), [0b0110_1100]);
}

#[test]
fn filters_are_applied_in_order_and_counted() {
    let data = crate::object::hexadecimal(&compress(b"x"));
    let data = &data[1..];
    assert_eq!(decode("<</Filter[/AHx/Fl]>>", data).unwrap(), b"x");
    let many = format!("<</Filter[{}]>>", "/AHx".repeat(9));
    assert_eq!(decode(&many, b""), Err(Limit::Filters(8).into()));
    assert_eq!(
        decode("<</Filter/DCTDecode>>", b""),
        Err(FilterError::Unsupported("DCTDecode".into()))
    );
}
