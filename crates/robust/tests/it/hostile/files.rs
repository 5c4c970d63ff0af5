//! The hostile files, each made by a few lines.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// A name that says what is hostile, and the file.
pub(crate) type Hostile = (&'static str, fn() -> Vec<u8>);

pub(crate) const ALL: &[Hostile] = &[
    ("arrays nested 100,000 deep", || with("[".repeat(100_000))),
    ("dictionaries nested 100,000 deep", || {
        with("<</A".repeat(100_000))
    }),
    ("a trailer nested 100,000 deep", || {
        b"%PDF-1.7\nxref\n0 0\ntrailer\n"
            .iter()
            .copied()
            .chain(b"<</A".repeat(100_000))
            .chain(*b"\nstartxref\n9\n%%EOF")
            .collect()
    }),
    ("a page tree 10,000 levels deep", || {
        chain_of(
            10_000,
            |next| format!("<</Type/Pages/Count 1/Kids[{next} 0 R]>>"),
            "/Pages",
        )
    }),
    ("a page tree of 2^40 pages", || {
        chain_of(
            40,
            |next| format!("<</Type/Pages/Count 2/Kids[{next} 0 R {next} 0 R]>>"),
            "/Pages",
        )
    }),
    ("one page a million times", || {
        file(&[
            "<</Type/Catalog/Pages 2 0 R>>",
            &format!("<</Type/Pages/Count 1/Kids[{}]>>", "3 0 R ".repeat(1_000_000)),
            "<</Type/Page/Parent 2 0 R>>",
        ])
    }),
    ("a page tree that is a circle", || {
        file(&[
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]>>",
            "<</Type/Pages/Kids[2 0 R]/Parent 2 0 R>>",
        ])
    }),
    ("parents that are a circle", || {
        file(&[
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Parent 4 0 R>>",
            "<</Type/Page/Parent 4 0 R>>",
            "<</Type/Pages/Parent 2 0 R>>",
        ])
    }),
    ("a form of 2^40 fields", || {
        chain_of(
            40,
            |next| format!("<</T(a)/Kids[{next} 0 R {next} 0 R]>>"),
            "/AcroForm<</SigFlags 3>>/Fields",
        )
    }),
    ("fields 10,000 levels deep", || {
        chain_of(10_000, |next| format!("<</T(a)/Kids[{next} 0 R]>>"), "/Fields")
    }),
    ("100,000 pages that share 500,000 annotations", || {
        file(&[
            "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>",
            &format!("<</Type/Pages/Count 1/Kids[{}]>>", "3 0 R ".repeat(100_000)),
            "<</Type/Page/Parent 2 0 R/Annots 4 0 R>>",
            &format!("[{}]", "5 0 R ".repeat(500_000)),
            "<</Subtype/Widget/FT/Tx/T(a)/Rect[0 0 1 1]>>",
        ])
    }),
    ("100,000 pages with a media box of 500,000 numbers", || {
        file(&[
            "<</Type/Catalog/Pages 2 0 R>>",
            &format!("<</Type/Pages/Count 1/Kids[{}]>>", "3 0 R ".repeat(100_000)),
            "<</Type/Page/Parent 2 0 R/MediaBox 4 0 R>>",
            &format!("[{}]", "1 ".repeat(500_000)),
        ])
    }),
    ("an array of 30 million numbers", || {
        with(format!("[{}]", "0 ".repeat(30_000_000)))
    }),
    ("ten arrays of 900,000 numbers", || {
        let mut objects = page_objects("/Contents 4 0 R");
        let array = format!("[{}]", "0 ".repeat(900_000)).into_bytes();
        objects.extend((0..10).map(|_| array.clone()));
        file_of(&objects)
    }),
    ("sixty object streams of 60 MiB", || {
        let bomb = bomb(60 << 20);
        let mut objects = page_objects("");
        objects.extend((0..60).map(|_| stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &bomb)));
        file_of(&objects)
    }),
    ("names in a tree of 2^40 leaves", || {
        chain_of(40, |next| format!("<</Kids[{next} 0 R {next} 0 R]>>"), "/Names")
    }),
    ("Prev that leads to itself", || {
        b"%PDF-1.7\nxref\n0 0\ntrailer\n<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF".to_vec()
    }),
    ("Prev in a circle of two", || {
        let first = "%PDF-1.7\nxref\n0 0\ntrailer\n<</Root 1 0 R/Prev 58>>\n          ";
        let second = "xref\n0 0\ntrailer\n<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF";
        format!("{first:<58}{second}").into_bytes()
    }),
    ("200,000 cross-reference sections", || {
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut previous = 0;
        for _ in 0..200_000 {
            let start = file.len();
            file.extend(format!("xref\n0 0\ntrailer\n<</Root 1 0 R/Prev {previous}>>\n").bytes());
            previous = start;
        }
        file.extend(format!("startxref\n{previous}\n%%EOF").bytes());
        file
    }),
    ("XRefStm that leads to the table", || {
        b"%PDF-1.7\nxref\n0 0\ntrailer\n<</Root 1 0 R/XRefStm 9>>\nstartxref\n9\n%%EOF".to_vec()
    }),
    ("Size of 2^63", || trailer("/Size 9223372036854775807")),
    ("a subsection of 2^32 entries", || {
        b"%PDF-1.7\nxref\n0 4294967295\n0000000000 65535 f \ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF"
            .to_vec()
    }),
    ("a cross-reference stream with an index of 2^32", || {
        xref_stream("/W[1 8 8]/Index[0 4294967295]", &[1; 1700])
    }),
    ("a cross-reference stream without widths", || {
        xref_stream("/W[0 0 0]/Size 4294967295", b"x")
    }),
    ("a cross-reference stream with offsets of 64 bits", || {
        xref_stream(
            "/W[1 8 8]/Size 9",
            &[1, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0].repeat(9),
        )
    }),
    ("a cross-reference stream that unpacks to 1 GiB", || {
        xref_stream("/W[1 4 2]/Size 9/Filter/FlateDecode", &bomb(1 << 30))
    }),
    ("startxref of 2^64", || {
        b"%PDF-1.7\nstartxref\n18446744073709551615\n%%EOF".to_vec()
    }),
    ("an entry behind the end of the file", || {
        b"%PDF-1.7\nxref\n0 2\n0000000000 65535 f \n9999999999 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\nstartxref\n9\n%%EOF"
            .to_vec()
    }),
    ("lengths that are negative, huge, and their own", || {
        page_with(&[
            "<</Length -1>>stream\nx\nendstream",
            "<</Length 18446744073709551615>>stream\nx\nendstream",
            "<</Length 6 0 R>>stream\nx\nendstream",
            "<</Length 8 0 R>>stream\nx\nendstream",
            "<</Length 7 0 R>>stream\nx\nendstream",
            "<</Length 9223372036854775807>>stream\nx",
        ])
    }),
    ("a stream that unpacks to 1 GiB", || {
        page_with_stream("/Filter/FlateDecode", &bomb(1 << 30))
    }),
    ("a stream that unpacks to 250 MiB, with a predictor", || {
        let entries = "/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 1000>>";
        page_with_stream(entries, &bomb(250 << 20))
    }),
    ("a stream packed twice, 1 GiB", || {
        page_with_stream("/Filter[/FlateDecode/FlateDecode]", &packed(&bomb(1 << 30)))
    }),
    ("a stream packed twice, 250 MiB", || {
        page_with_stream("/Filter[/FlateDecode/FlateDecode]", &packed(&bomb(250 << 20)))
    }),
    ("a stream of runs, packed", || {
        page_with_stream(
            "/Filter[/FlateDecode/RunLengthDecode]",
            &packed(&[129, 0].repeat(50 << 20)),
        )
    }),
    ("a stream of LZW, packed", || {
        page_with_stream("/Filter[/FlateDecode/LZWDecode]", &packed(&vec![0; 100 << 20]))
    }),
    ("a stream of zeros in base 85, packed", || {
        page_with_stream(
            "/Filter[/FlateDecode/ASCII85Decode]",
            &packed(&vec![b'z'; 100 << 20]),
        )
    }),
    ("a predictor with 2^31 columns", || {
        let entries = "/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32/BitsPerComponent 16>>";
        page_with_stream(entries, &packed(&[1; 5000]))
    }),
    ("a hundred filters", || {
        page_with_stream(&format!("/Filter[{}]", "/FlateDecode".repeat(100)), &packed(b"x"))
    }),
    (
        "a page with one content stream of 10 MiB a thousand times",
        || {
            let stream = stream("/Filter/FlateDecode", &bomb(10 << 20));
            let mut objects = page_objects(&format!("/Contents[{}]", "4 0 R ".repeat(1000)));
            objects.push(stream);
            file_of(&objects)
        },
    ),
    ("500 streams that unpack to 10 MiB each", || {
        let mut objects = page_objects("");
        let bomb = bomb(10 << 20);
        objects.extend((0..500).map(|_| stream("/Filter/FlateDecode", &bomb)));
        file_of(&objects)
    }),
    ("an object stream that unpacks to 1 GiB", || {
        packed_file("/N 1/First 9/Filter/FlateDecode", &bomb(1 << 30))
    }),
    ("an object stream with 2^31 objects", || {
        packed_file("/N 2147483647/First 4", b"1 0 <</Type/Catalog>>")
    }),
    ("an object stream in itself", || {
        packed_file("/N 1/First 4/Extends 2 0 R", b"2 0 <</Type/ObjStm>>")
    }),
    ("strings that each contain all that follow", || {
        let mut objects = vec![
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        ];
        objects.push("<</Type/Page/Parent 2 0 R>>".to_owned());
        objects.extend((0..20_000).map(|_| "( ".to_owned()));
        file_of(&objects.into_iter().map(String::into_bytes).collect::<Vec<_>>())
    }),
    ("strings that each contain all that follow, and end", || {
        let mut objects = page_objects("");
        objects.extend((0..10_000).map(|_| b"( ".to_vec()));
        objects.push(format!("({})", "x".repeat(100_000)).into_bytes());
        objects.push(")endobj ".repeat(10_000).into_bytes());
        file_of(&objects)
    }),
    ("a file without an end, 50,000 openings", || {
        [b"%PDF-1.7\n".as_slice(), &b"1 0 obj <</A ".repeat(50_000)].concat()
    }),
    ("a signature with Contents of 40 MiB", || {
        signed(&format!(
            "/ByteRange[0 1 2 3]/Contents<{}>",
            "30".repeat(20 << 20)
        ))
    }),
    ("a byte range of 64 bits", || {
        signed("/ByteRange[0 9223372036854775807 9223372036854775807 9223372036854775807]/Contents<3000>")
    }),
    ("a byte range of a million numbers", || {
        signed(&format!("/ByteRange[{}]/Contents<3000>", "0 1 ".repeat(500_000)))
    }),
    ("20,000 signatures", || {
        let fields: Vec<String> = (0..20_000).map(|index| format!("{} 0 R", 5 + index)).collect();
        let mut objects = page_objects("");
        objects[0] = format!(
            "<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[{}]>>>>",
            fields.join(" ")
        )
        .into_bytes();
        objects.push(
            b"<</Type/Sig/ByteRange[0 9 10 100000]/Contents<3000>/SubFilter/ETSI.CAdES.detached>>".to_vec(),
        );
        objects.extend((0..20_000).map(|index| format!("<</FT/Sig/T(s{index})/V 4 0 R>>").into_bytes()));
        file_of(&objects)
    }),
    ("an encryption dictionary that asks for much", || {
        let o = "00".repeat(48);
        trailer(&format!(
            "/Size 9/ID[<00><00>]/Encrypt<</Filter/Standard/V 5/R 6/Length 2147483647/O<{o}>/U<{o}>/OE<{o}>/UE<{o}>/Perms<{o}>/P -1>>"
        ))
    }),
];

/// Zeros, packed with zlib.
fn bomb(length: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let block = vec![0; 1 << 20];
    let mut left = length;
    while left > 0 {
        let part = left.min(block.len());
        encoder.write_all(&block[..part]).unwrap();
        left -= part;
    }
    encoder.finish().unwrap()
}

fn packed(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<<{entries}/Length {}>>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// Catalog, page tree and one page with these entries.
fn page_objects(entries: &str) -> Vec<Vec<u8>> {
    vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]{entries}>>").into_bytes(),
    ]
}

fn page_with(objects: &[&str]) -> Vec<u8> {
    let mut all = page_objects("/Contents 4 0 R");
    all.extend(objects.iter().map(|object| object.as_bytes().to_vec()));
    file_of(&all)
}

fn page_with_stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut objects = page_objects("/Contents 4 0 R");
    objects.push(stream(entries, data));
    file_of(&objects)
}

/// A page and an object that is `text`.
fn with(text: String) -> Vec<u8> {
    let mut objects = page_objects("/Contents 4 0 R");
    objects.push(text.into_bytes());
    file_of(&objects)
}

/// A page and a signature with these entries.
fn signed(entries: &str) -> Vec<u8> {
    let mut objects = page_objects("");
    objects[0] = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[4 0 R]>>>>".to_vec();
    objects.push(b"<</FT/Sig/T(s)/V 5 0 R>>".to_vec());
    objects.push(format!("<</Type/Sig/SubFilter/ETSI.CAdES.detached{entries}>>").into_bytes());
    file_of(&objects)
}

/// A tree in the catalog under `key`: `length` nodes, each made from the number of the next.
fn chain_of(length: usize, node: impl Fn(usize) -> String, key: &str) -> Vec<u8> {
    let root = match key {
        "/Pages" => "/Pages 4 0 R".to_owned(),
        "/Names" => "/Pages 2 0 R/Names<</EmbeddedFiles 4 0 R/JavaScript 4 0 R>>".to_owned(),
        _ => "/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>".to_owned(),
    };
    let mut objects = page_objects("");
    objects[0] = format!("<</Type/Catalog{root}>>").into_bytes();
    objects.extend((0..length).map(|index| node(index + 5).into_bytes()));
    objects.push(b"<</Type/Page/T(last)/FT/Tx/Names[(a)<</S/JavaScript/JS(x)>>]>>".to_vec());
    file_of(&objects)
}

fn file(objects: &[&str]) -> Vec<u8> {
    file_of(
        &objects
            .iter()
            .map(|object| object.as_bytes().to_vec())
            .collect::<Vec<_>>(),
    )
}

/// A file of these objects with a table.
fn file_of(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        file.extend(format!("{} 0 obj\n", index + 1).bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let size = objects.len() + 1;
    file.extend(format!("{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

/// A page, and a trailer with these entries.
fn trailer(entries: &str) -> Vec<u8> {
    let file = file_of(&page_objects(""));
    let text = String::from_utf8_lossy(&file).replace("/Size 4", entries);
    // The mark of a binary file is longer as text; offsets count from its end.
    text.replace("%\u{fffd}\u{fffd}\u{fffd}\u{fffd}\n", "%????\n")
        .into_bytes()
}

/// A file that is a cross-reference stream.
fn xref_stream(entries: &str, rows: &[u8]) -> Vec<u8> {
    let head = format!(
        "%PDF-1.7\n1 0 obj\n<</Type/XRef/Root 1 0 R{entries}/Length {}>>\nstream\n",
        rows.len()
    );
    [head.as_bytes(), rows, b"\nendstream\nendobj\nstartxref\n9\n%%EOF"].concat()
}

/// A file whose catalog stands in the object stream 2.
fn packed_file(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let container = file.len();
    file.extend(
        b"2 0 obj\n"
            .iter()
            .copied()
            .chain(stream(&format!("/Type/ObjStm{entries}"), data))
            .chain(*b"\nendobj\n"),
    );
    let start = file.len();
    let row = |kind: u8, second: usize, third: u8| {
        let second = u32::try_from(second).unwrap().to_be_bytes();
        [&[kind], second.as_slice(), &[third]].concat()
    };
    let rows = [row(0, 0, 0), row(2, 2, 0), row(1, container, 0), row(1, start, 0)].concat();
    let head = format!(
        "3 0 obj\n<</Type/XRef/Root 1 0 R/Size 4/W[1 4 1]/Length {}>>\nstream\n",
        rows.len()
    );
    file.extend(head.bytes().chain(rows).chain(*b"\nendstream\nendobj\n"));
    file.extend(format!("startxref\n{start}\n%%EOF").bytes());
    file
}
