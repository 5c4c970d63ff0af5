//! Damage that is the same every time.

/// A stream of mutations that depends on its seed alone.
#[derive(Debug, Clone)]
pub struct Mutations {
    state: u64,
}

impl Mutations {
    /// The mutations of `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// `input` with one to eight changes; pieces may come from `other`. Never longer than both together and
    /// 4 KiB.
    pub fn of(&mut self, input: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        let limit = input.len() + other.len() + (4 << 10);
        for _ in 0..=self.below(8) {
            self.change(&mut bytes, other);
            bytes.truncate(limit);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len());
        let length = self.length(bytes.len() - at);
        match self.below(12) {
            0 => self.edit(bytes, at, |byte, random| byte ^ (1 << (random % 8))),
            1 => self.edit(bytes, at, |_, random| random),
            2 => self.edit(bytes, at, |byte, random| {
                byte.wrapping_add(random % 16).wrapping_sub(8)
            }),
            3 => bytes.truncate(at),
            4 => drop(bytes.drain(at..at + length)),
            5 => {
                let piece = bytes.get(at..at + length).unwrap_or_default().to_vec();
                let to = self.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            6 => {
                let from = self.below(other.len());
                let taken = self.length(other.len() - from);
                let piece = other.get(from..from + taken).unwrap_or_default().to_vec();
                bytes.splice(at..at + length, piece);
            }
            7 | 8 => self.replace_number(bytes, at),
            9 => self.insert(bytes, at, TOKENS),
            10 => self.insert(bytes, at, DER),
            _ => self.edit(bytes, at, |byte, random| match random % 4 {
                0 => 0,
                1 => 0xff,
                2 => 0x80,
                _ => !byte,
            }),
        }
    }

    fn edit(&mut self, bytes: &mut [u8], at: usize, change: impl Fn(u8, u8) -> u8) {
        let random = self.next().to_le_bytes();
        if let (Some(byte), [random, ..]) = (bytes.get_mut(at), random) {
            *byte = change(*byte, random);
        }
    }

    fn insert(&mut self, bytes: &mut Vec<u8>, at: usize, words: &[&[u8]]) {
        let word = words.get(self.below(words.len())).copied().unwrap_or_default();
        bytes.splice(at..at, word.iter().copied());
    }

    /// Puts another number in the place of the next one from `at` on.
    fn replace_number(&mut self, bytes: &mut Vec<u8>, at: usize) {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(skipped) = rest.iter().position(u8::is_ascii_digit) else {
            return;
        };
        let rest = rest.get(skipped..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let start = at + skipped;
        let number = NUMBERS.get(self.below(NUMBERS.len())).copied().unwrap_or("0");
        let number = if number.is_empty() {
            (self.next() % 400).to_string()
        } else {
            number.to_owned()
        };
        bytes.splice(start..start + length, number.into_bytes());
    }

    /// Mostly short.
    fn length(&mut self, most: usize) -> usize {
        let cap = if self.below(4) == 0 { 4096 } else { 32 };
        self.below(most.min(cap) + 1)
    }

    /// Below `bound`; 0 when that is 0.
    fn below(&mut self, bound: usize) -> usize {
        let bound = bound.max(1) as u64;
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.state;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }
}

/// The empty one stands for a small number by chance.
const NUMBERS: &[&str] = &[
    "",
    "",
    "",
    "0",
    "1",
    "-1",
    "65535",
    "65536",
    "8388607",
    "8388608",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999",
    "0.00000000000000000000001",
    "1e400",
];

const TOKENS: &[&[u8]] = &[
    b"<<",
    b">>",
    b"[",
    b"]",
    b"(",
    b")",
    b"<",
    b">",
    b"/",
    b"%",
    b" obj ",
    b"\nendobj\n",
    b"stream\r\n",
    b"\nendstream",
    b"\nxref\n0 9\n",
    b"trailer",
    b"\nstartxref\n9\n%%EOF\n",
    b"%PDF-1.7\n",
    b" 1 0 R ",
    b" 2 0 R ",
    b" 3 0 R ",
    b" 65535 f \n",
    b" 00000 n \n",
    b"/Type/ObjStm/N 3/First 9",
    b"/Type/XRef/W[1 8 8]/Index[0 4294967295]",
    b"/Prev 9",
    b"/XRefStm 9",
    b"/Length 7 0 R",
    b"/Filter[/FlateDecode/FlateDecode]",
    b"/Filter/LZWDecode",
    b"/Filter/ASCII85Decode",
    b"/Filter/RunLengthDecode",
    b"/DecodeParms<</Predictor 15/Columns 2147483647/Colors 255/BitsPerComponent 32>>",
    b"/Kids[1 0 R 2 0 R 3 0 R]",
    b"/Parent 3 0 R",
    b"/Encrypt<</Filter/Standard/V 5/R 6/Length 256>>",
    b"/Rotate 89",
    b"/UserUnit 1e9",
    b"/MediaBox[0 0 -1 1e38]",
    b"/ByteRange[0 1 2 9223372036854775807]",
    b"/Contents<00>",
    b"/SubFilter/ETSI.RFC3161",
    b"/TransformMethod/DocMDP",
    b"/Lock<</Action/All>>",
    b"#00",
    b"\\777",
];

const DER: &[&[u8]] = &[
    &[0x30, 0x80],
    &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
    &[0x30, 0x82, 0x01, 0x00],
    &[0x31, 0x00],
    &[0x02, 0x00],
    &[0x02, 0x01, 0xff],
    &[0x03, 0x02, 0x09, 0x00],
    &[0x04, 0x80],
    &[0x24, 0x80, 0x04, 0x01, 0x00, 0x00, 0x00],
    &[0x00, 0x00],
    &[0x05, 0x00],
    &[0x06, 0x01, 0x80],
    &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02],
    &[
        0x17, 0x0d, 0x39, 0x39, 0x31, 0x33, 0x33, 0x32, 0x32, 0x35, 0x36, 0x31, 0x36, 0x31, 0x5a,
    ],
    &[
        0x18, 0x0f, 0x39, 0x39, 0x39, 0x39, 0x31, 0x32, 0x33, 0x31, 0x32, 0x33, 0x35, 0x39, 0x35, 0x39, 0x5a,
    ],
    &[0xa0, 0x80],
    &[0xbf, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x00],
    &[0x1f, 0x80, 0x01, 0x00],
    &[0x0c, 0x02, 0xc3, 0x28],
];

#[cfg(test)]
mod tests {
    use super::Mutations;

    #[test]
    fn the_same_seed_gives_the_same_damage() {
        let run = |seed| -> Vec<Vec<u8>> {
            let mut mutations = Mutations::new(seed);
            (0..50)
                .map(|_| mutations.of(b"12 0 obj<</A 1>>endobj", b"other"))
                .collect()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let changed = run(7)
            .iter()
            .filter(|bytes| *bytes != b"12 0 obj<</A 1>>endobj")
            .count();
        assert!(changed > 40, "{changed} of 50 differ");
    }

    #[test]
    fn nothing_at_all_can_be_damaged_too() {
        let mut mutations = Mutations::new(3);
        for _ in 0..200 {
            assert!(mutations.of(b"", b"").len() <= 4 << 10);
        }
    }
}
