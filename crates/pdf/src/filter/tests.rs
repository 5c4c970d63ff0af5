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
