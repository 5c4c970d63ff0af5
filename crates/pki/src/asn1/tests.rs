use jiff::Timestamp;

use super::*;

fn der(bytes: &[u8]) -> Result<Element<'_>, Asn1Error> {
    Reader::der(bytes).read()
}

fn ber(bytes: &[u8]) -> Result<Element<'_>, Asn1Error> {
    Reader::new(bytes, EncodingRules::Ber).read()
}

#[test]
fn der_wants_the_shortest_length() {
    assert_eq!(der(&[4, 2, 1, 2]).unwrap().content(), [1, 2]);
    for padded in [&[4, 0x81, 2, 1, 2][..], &[4, 0x82, 0, 2, 1, 2]] {
        assert_eq!(der(padded), Err(Asn1Error::InvalidLength));
        assert_eq!(ber(padded).unwrap().content(), [1, 2]);
    }
    let long = [&[4, 0x81, 0x80][..], &[7; 0x80]].concat();
    assert_eq!(der(&long).unwrap().content().len(), 0x80);
    assert_eq!(der(&[4, 0x85, 1, 0, 0, 0, 0]), Err(Asn1Error::InvalidLength));
    assert_eq!(der(&[4, 0xff]), Err(Asn1Error::Truncated));
    assert_eq!(der(&[4, 3, 1]), Err(Asn1Error::Truncated));
    assert_eq!(der(&[4]), Err(Asn1Error::Truncated));
    assert_eq!(der(&[0x1f, 0x81, 1, 0]), Err(Asn1Error::HighTagNumber));
}

#[test]
fn indefinite_lengths_are_for_ber_and_constructed_elements() {
    let nested = [0x30, 0x80, 0x30, 0x80, 5, 0, 0, 0, 5, 0, 0, 0, 0xff];
    assert_eq!(der(&nested), Err(Asn1Error::InvalidLength));
    let element = ber(&nested).unwrap();
    assert_eq!(element.raw(), &nested[..12]);
    assert_eq!(element.content(), &nested[2..10]);
    assert_eq!(ber(&[4, 0x80, 0, 0]), Err(Asn1Error::InvalidLength));
    assert_eq!(ber(&[0x30, 0x80, 5, 0]), Err(Asn1Error::Truncated));
    assert_eq!(ber(&[0x30, 0x80].repeat(100)), Err(Asn1Error::TooDeep));
}

#[test]
fn segments_of_octet_strings_are_joined() {
    let segments = [0x24, 0x80, 4, 1, 1, 0x24, 3, 4, 1, 2, 4, 1, 3, 0, 0];
    assert_eq!(ber(&segments).unwrap().to_octets().unwrap()[..], [1, 2, 3]);
    assert_eq!(
        Reader::new(&segments, EncodingRules::Ber).read_octets().unwrap()[..],
        [1, 2, 3]
    );
    assert!(Reader::der(&segments).read_octets().is_err());
    assert!(matches!(
        ber(&[0x24, 2, 5, 0]).unwrap().to_octets(),
        Err(Asn1Error::UnexpectedTag { .. })
    ));
}

#[test]
fn integers_and_booleans_within_their_limits() {
    assert_eq!(der(&[2, 1, 0x7f]).unwrap().to_u64(), Ok(127));
    assert_eq!(
        der(&[2, 9, 0, 255, 255, 255, 255, 255, 255, 255, 255])
            .unwrap()
            .to_u64(),
        Ok(u64::MAX)
    );
    assert_eq!(
        der(&[2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap().to_u64(),
        Err(Asn1Error::InvalidInteger)
    );
    assert_eq!(
        der(&[2, 1, 0x80]).unwrap().to_u64(),
        Err(Asn1Error::InvalidInteger)
    );
    assert_eq!(der(&[2, 0]).unwrap().to_u64(), Err(Asn1Error::InvalidInteger));
    assert_eq!(der(&[1, 1, 1]).unwrap().to_bool(), Err(Asn1Error::InvalidBoolean));
    assert_eq!(ber(&[1, 1, 1]).unwrap().to_bool(), Ok(true));
    assert_eq!(der(&[1, 1, 0]).unwrap().to_bool(), Ok(false));
}

#[test]
fn integers_are_written_positive_and_short() {
    let written = |magnitude: &[u8]| {
        let mut writer = Writer::new();
        writer.integer(magnitude);
        writer.finish()
    };
    assert_eq!(written(&[]), [2, 1, 0]);
    assert_eq!(written(&[0, 0, 5]), [2, 1, 5]);
    assert_eq!(written(&[0x80]), [2, 2, 0, 0x80]);
}

#[test]
fn named_bits_lose_their_trailing_zeros() {
    let written = |bits| {
        let mut writer = Writer::new();
        writer.named_bits(Tag::BIT_STRING, bits);
        writer.finish()
    };
    assert_eq!(written(0), [3, 1, 0]);
    assert_eq!(written(0x8000), [3, 2, 7, 0x80]);
    assert_eq!(written(0x0600), [3, 2, 1, 6]);
    assert_eq!(written(0x8080), [3, 3, 7, 0x80, 0x80]);
    let bits = [3, 2, 7, 0x80];
    let bits = der(&bits).unwrap().to_bit_string().unwrap();
    assert!(bits.bit(0));
    assert!(!bits.bit(1) && !bits.bit(99));
    for wrong in [&[3, 0][..], &[3, 1, 1], &[3, 2, 8, 0]] {
        assert_eq!(
            der(wrong).unwrap().to_bit_string(),
            Err(Asn1Error::InvalidBitString)
        );
    }
}

#[test]
fn sets_are_sorted() {
    let mut writer = Writer::new();
    writer.set_of(Tag::SET, vec![vec![4, 1, 9], vec![2, 1, 1], vec![4, 0]]);
    assert_eq!(writer.finish(), [0x31, 8, 2, 1, 1, 4, 0, 4, 1, 9]);
}

fn time(tag: Tag, text: &str) -> Result<Timestamp, Asn1Error> {
    let mut writer = Writer::new();
    writer.element(tag, text.as_bytes());
    Reader::der(&writer.finish()).read()?.to_time()
}

#[test]
fn times_are_read_as_they_occur() {
    let utc = |text| time(Tag::UTC_TIME, text);
    let generalized = |text| time(Tag::GENERALIZED_TIME, text);
    let at = |text: &str| Ok(text.parse::<Timestamp>().unwrap());
    assert_eq!(utc("491231235959Z"), at("2049-12-31T23:59:59Z"));
    assert_eq!(utc("500101000000Z"), at("1950-01-01T00:00:00Z"));
    assert_eq!(utc("2604010304Z"), at("2026-04-01T03:04:00Z"));
    assert_eq!(utc("260401120405+0900"), at("2026-04-01T03:04:05Z"));
    assert_eq!(utc("260401000405-0330"), at("2026-04-01T03:34:05Z"));
    assert_eq!(generalized("20260401030405Z"), at("2026-04-01T03:04:05Z"));
    assert_eq!(generalized("20260401030405.25Z"), at("2026-04-01T03:04:05.25Z"));
    assert_eq!(
        generalized("20260401030405,1234567899Z"),
        at("2026-04-01T03:04:05.123456789Z")
    );
    assert_eq!(generalized("99991231235959Z"), Ok(Timestamp::MAX));
    for wrong in [
        "20260230000000Z",
        "20261301000000Z",
        "20260401240000Z",
        "20260401006000Z",
        "20260401000060Z",
        "20260401030405",
        "20260401030405.Z",
        "20260401030405ZZ",
        "2026040103040Z",
        "20260401030405+1500",
        "2026040١030405Z",
        "",
    ] {
        assert_eq!(generalized(wrong), Err(Asn1Error::InvalidTime), "{wrong}");
    }
    assert_eq!(
        time(Tag::IA5_STRING, "20260401030405Z"),
        Err(Asn1Error::InvalidTime)
    );
}

#[test]
fn fractions_are_written_without_trailing_zeros() {
    let mut writer = Writer::new();
    writer.generalized_time("2026-04-01T03:04:05.250Z".parse().unwrap());
    assert_eq!(&writer.finish()[2..], b"20260401030405.25Z");
}

#[test]
fn texts_of_every_string_type() {
    let text = |bytes: &[u8]| der(bytes).unwrap().to_text();
    assert_eq!(text("\u{c}\u{3}証".as_bytes()).unwrap(), "証");
    assert_eq!(text(&[0x1e, 4, 0x8a, 0x3c, 0, 0x41]).unwrap(), "証A");
    assert_eq!(text(&[0x1c, 4, 0, 2, 0x0b, 0xb7]).unwrap(), "𠮷");
    assert_eq!(text(&[0x14, 1, 0xe9]).unwrap(), "é");
    assert_eq!(text(&[0x13, 1, b'A']).unwrap(), "A");
    for wrong in [
        &[0x0c, 1, 0xff][..],
        &[0x1e, 1, 0],
        &[0x1e, 2, 0xd8, 0],
        &[0x1c, 4, 0, 0x11, 0, 0],
        &[4, 1, 65],
    ] {
        assert_eq!(text(wrong), Err(Asn1Error::InvalidString), "{wrong:?}");
    }
}

#[test]
fn object_identifiers_of_any_arc() {
    let uuid = "2.25.224708377841167677067273655498668365127.1.3";
    assert_eq!(Oid::parse(uuid).unwrap().to_string(), uuid);
    assert_eq!(
        Oid::parse("1.2.840.113549").unwrap().as_content(),
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]
    );
    assert_eq!(Oid::parse("2.999.1").unwrap().as_content(), [0x88, 0x37, 1]);
    for wrong in ["", "1", "3.1", "1.40", "1.2.x", "1..2", "-1.2"] {
        assert_eq!(Oid::parse(wrong), Err(Asn1Error::InvalidOid), "{wrong}");
    }
    for wrong in [&[][..], &[0x80, 1], &[0x2a, 0x80, 1], &[0x2a, 0x81]] {
        assert_eq!(Oid::from_content(wrong), Err(Asn1Error::InvalidOid), "{wrong:?}");
    }
    let huge = [&[0x2a][..], &[0xff; 30], &[0x7f, 5]].concat();
    assert_eq!(Oid::from_content(&huge).unwrap().to_string(), "1.2.?.5");
}

#[test]
fn the_arc_of_this_project_is_the_uuid_it_claims_to_be() {
    use crate::EvidencePolicy;
    let arc = u128::from_str_radix("a90d4265ac264506a6eee03ee041d547", 16).unwrap();
    for (number, policy) in (1..).zip(EvidencePolicy::ALL) {
        assert_eq!(policy.oid().to_string(), format!("2.25.{arc}.1.{number}"));
        assert_eq!(EvidencePolicy::from_oid(&policy.oid()), Some(policy));
    }
    assert_eq!(crate::TIME_STAMP_POLICY.to_string(), format!("2.25.{arc}.2.1"));
}

#[test]
fn readers_say_what_they_missed() {
    let bytes = [0x30, 3, 2, 1, 5, 0xff];
    let mut outer = Reader::der(&bytes);
    let mut fields = outer.read_sequence().unwrap();
    assert_eq!(outer.finish(), Err(Asn1Error::TrailingData(1)));
    assert_eq!(
        fields.read_oid(),
        Err(Asn1Error::UnexpectedTag {
            expected: Tag::OID,
            found: Tag::INTEGER
        })
    );
    assert_eq!(fields.read_optional(Tag::OID), Ok(None));
    assert_eq!(fields.read_u64(), Ok(5));
    assert_eq!(fields.read_u64(), Err(Asn1Error::Truncated));
}
