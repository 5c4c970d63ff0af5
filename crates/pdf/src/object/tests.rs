use super::*;

fn parse(text: &str) -> Object {
    Object::parse(text.as_bytes()).unwrap()
}

fn text(object: &Object) -> String {
    String::from_utf8(object.to_bytes()).unwrap()
}

#[test]
fn unchanged_objects_keep_their_bytes() {
    for source in [
        "<</Type/Page % a comment\n/MediaBox [0 0 595.27559055 00841.890]/Parent 3  0\nR /A#42(x\\)y)>>",
        "[ 1 +2 -.5 4. <48 65> null true/N ]",
        "<< /A << /B [ << /C /D >> ] >> >>",
    ] {
        assert_eq!(text(&parse(source)), source);
    }
}

#[test]
fn one_change_leaves_the_rest() {
    let mut page = parse("<</Type/Page/MediaBox [0 0 595.27559055 841.890]/Rotate 90 >>");
    let Object::Dictionary(dictionary) = &mut page else {
        unreachable!()
    };
    dictionary.set("Rotate", 0);
    dictionary.set("Annots", Array::from([ObjectId::new(9, 0)]));
    assert_eq!(
        text(&page),
        "<</Type/Page/MediaBox [0 0 595.27559055 841.890]/Rotate 0 /Annots [9 0 R] >>"
    );
}

#[test]
fn nested_changes_leave_the_rest() {
    let mut page = parse("<< /Resources <</Font<</F1 1 0 R>>>> /X 1.50 >>");
    let Object::Dictionary(dictionary) = &mut page else {
        unreachable!()
    };
    dictionary.edit_dictionary("Resources", |resources| {
        resources.edit_dictionary("Font", |fonts| fonts.set("F2", ObjectId::new(2, 0)));
    });
    assert_eq!(
        text(&page),
        "<< /Resources <</Font<</F1 1 0 R /F2 2 0 R>>>> /X 1.50 >>"
    );
}

#[test]
fn removing_takes_the_whole_entry() {
    let mut object = parse("<< /A 1 /B 2 /C 3 >>");
    let Object::Dictionary(dictionary) = &mut object else {
        unreachable!()
    };
    assert!(dictionary.remove("B"));
    assert!(!dictionary.remove("B"));
    assert_eq!(text(&object), "<< /A 1 /C 3 >>");
}

#[test]
fn equality_is_by_value() {
    assert_eq!(parse("<</A 1.0/B(x)>>"), parse("<< /B <78> /#41 01 >>"));
    assert_ne!(parse("[1]"), parse("[1.5]"));
    assert_eq!(parse("<</A null>>"), parse("<<>>"));
    assert_eq!(parse("<</A 1/A 2>>"), parse("<</A 2>>"));
}

#[test]
fn the_last_of_two_equal_keys_counts_and_is_noticed() {
    let object = parse("<</A 1/A 2>>");
    let dictionary = object.as_dictionary().unwrap();
    assert_eq!(dictionary.get("A").unwrap().as_i64(), Some(2));
    assert!(dictionary.has_duplicate_keys());
    assert!(
        !parse("<</A 1/B 2>>")
            .as_dictionary()
            .unwrap()
            .has_duplicate_keys()
    );
}

#[test]
fn numbers_as_others_read_them() {
    for (source, integer, float) in [
        ("7", Some(7), 7.0),
        ("7.0", Some(7), 7.0),
        ("-0", Some(0), 0.0),
        ("--5", Some(-5), -5.0),
        ("+.5", None, 0.5),
        ("4.", Some(4), 4.0),
        ("1.2.3", None, 1.2),
        ("12-3", Some(12), 12.0),
        ("99999999999999999999", None, 1e20),
        (
            "-9223372036854775808",
            Some(i64::MIN),
            -9_223_372_036_854_775_808.0,
        ),
    ] {
        let object = parse(source);
        assert_eq!(object.as_i64(), integer, "{source}");
        assert!((object.as_f64().unwrap() - float).abs() < 1e-9, "{source}");
    }
}

#[test]
fn made_numbers_are_short() {
    for (value, expected) in [
        (0.0, "0"),
        (-0.0, "0"),
        (1.5, "1.5"),
        (595.275_590_55, "595.275591"),
        (f64::NAN, "0"),
    ] {
        assert_eq!(text(&Object::from(value)), expected);
    }
}

#[test]
fn strings_decode_their_escapes() {
    let value = parse("(a\\(b\\)\\053\\n\\\r\nc\r\nd\\9)");
    assert_eq!(&*value.as_string().unwrap().as_bytes(), b"a(b)+\nc\nd9");
    assert_eq!(&*parse("<4 8 6>").as_string().unwrap().as_bytes(), b"H\x60");
}

#[test]
fn made_strings_and_names_read_back() {
    for value in ["plain (text)", "証明書", "back\\slash", ""] {
        let object = Object::from(PdfString::from_text(value));
        assert_eq!(parse(&text(&object)).as_string().unwrap().to_text(), value);
    }
    let name = Object::from(Name::new("A B#/証"));
    assert_eq!(text(&name), "/A#20B#23#2F#E8#A8#BC");
    assert_eq!(parse(&text(&name)).as_name().unwrap().to_text(), "A B#/証");
}

#[test]
fn rejects_what_is_not_one_object() {
    for source in ["", "1 2", "<</A", "[1", "<<1 2>>", "]", "foo", "(a"] {
        assert!(Object::parse(source.as_bytes()).is_err(), "{source}");
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let source = "[".repeat(100_000);
    assert!(matches!(
        Object::parse(source.as_bytes()),
        Err(SyntaxError::Limit(_))
    ));
}

#[test]
fn display_is_readable() {
    let object = parse("<</Type/Sig/M(D:2026)/Contents<00ff>/Kids[1 0 R 2 0 R]/E<<>>>>");
    assert_eq!(
        object.to_string(),
        "<<\n  /Type /Sig\n  /M (D:2026)\n  /Contents <00ff> (2 bytes)\n  /Kids [1 0 R 2 0 R]\n  /E << >>\n>>"
    );
}

#[test]
fn tokens_never_run_together() {
    let mut object = parse("<</A(x)/Empty/>>");
    let Object::Dictionary(dictionary) = &mut object else {
        unreachable!()
    };
    dictionary.set("A", 1);
    assert_eq!(text(&object), "<</A 1/Empty/>>");
    assert_eq!(
        text(&parse("<< / >>")),
        "<< / null>>",
        "a key without value means null"
    );
    assert_eq!(
        text(&Array::from([Object::from(Name::new("")), true.into()]).into()),
        "[/ true]"
    );
}
