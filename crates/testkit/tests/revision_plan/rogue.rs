//! A signer who writes by hand what `pades` refuses to write.

use akashi_cms::{SignedAttributes, SignedDataBuilder};
use akashi_pdf::{Dictionary, FormField, IncrementalUpdate, Name, ObjectId, PdfString, Reserved};
use akashi_pki::{DigestAlgorithm, Signer};

use crate::contract::{PARTIES, names};
use crate::world::{World, open};

/// Appends an update that changes whatever `change` changes.
pub(crate) fn tamper(world: &World, file: &[u8], change: impl FnOnce(&mut Tampering<'_>)) -> Vec<u8> {
    let document = open(file);
    let mut tampering = Tampering {
        update: IncrementalUpdate::new(&document),
    };
    change(&mut tampering);
    let update = tampering.update.write(world.seed()).unwrap();
    [file, &update.bytes].concat()
}

/// The act of the second party, with a proper signature, in which `change` is made too.
pub(crate) fn tamper_while_signing(
    world: &World,
    file: &[u8],
    change: impl FnOnce(&mut Tampering<'_>),
) -> Vec<u8> {
    let document = open(file);
    let mut tampering = Tampering {
        update: IncrementalUpdate::new(&document),
    };
    let [text, ..] = names(1);
    tampering.edit(&text, |field| field.set("V", PdfString::from_text("1")));
    change(&mut tampering);
    let dictionary = Dictionary::new()
        .with("Type", Name::new("Sig"))
        .with("Filter", Name::new("Adobe.PPKLite"))
        .with("SubFilter", Name::new("ETSI.CAdES.detached"))
        .with("ByteRange", Reserved::byte_range("range"))
        .with("Contents", Reserved::contents("value", 8_192));
    let signature = tampering.update.add(dictionary);
    tampering.edit(PARTIES[1], |field| field.set("V", signature));
    let mut update = tampering.update.write(world.seed()).unwrap();
    let range = update.byte_range_around("value").unwrap();
    update.fill_byte_range("range", range).unwrap();
    let whole = [file, &update.bytes].concat();
    let [_, first, second, length] = range.map(|number| usize::try_from(number).unwrap());
    let covered = [&whole[..first], &whole[second..second + length]].concat();
    let (key, signer) = world.one_time("署名者 2", "pty-2");
    let digest = DigestAlgorithm::Sha256.digest(&covered);
    let attributes = SignedAttributes::for_data(DigestAlgorithm::Sha256, &digest, &signer.certificate);
    let value = key.sign(attributes.to_be_signed()).unwrap();
    let cms = SignedDataBuilder::new(&attributes, &signer.certificate, signer.algorithm)
        .with_certificates(&signer.issuers)
        .build(&value);
    update.fill_contents("value", &cms).unwrap();
    [file, &update.bytes].concat()
}

/// An update in the making.
pub(crate) struct Tampering<'d> {
    pub(crate) update: IncrementalUpdate<'d, &'d [u8]>,
}

impl Tampering<'_> {
    pub(crate) fn field(&self, name: &str) -> FormField {
        let fields = self.update.document().form().unwrap().unwrap().fields;
        fields.into_iter().find(|field| field.full_name == name).unwrap()
    }

    pub(crate) fn edit(&mut self, name: &str, change: impl FnOnce(&mut Dictionary)) {
        let id = self.field(name).id;
        self.update.edit_dictionary(id, change).unwrap();
    }

    /// A stream that paints something.
    pub(crate) fn painting(&mut self, content: &[u8]) -> ObjectId {
        let form = Dictionary::new()
            .with("Type", Name::new("XObject"))
            .with("Subtype", Name::new("Form"))
            .with("BBox", akashi_pdf::Array::from([0, 0, 120, 18]))
            .with("Resources", Dictionary::new());
        self.update.add_stream(form, content)
    }

    pub(crate) fn first_page(&self) -> akashi_pdf::Page {
        self.update.document().pages().unwrap().remove(0)
    }
}
