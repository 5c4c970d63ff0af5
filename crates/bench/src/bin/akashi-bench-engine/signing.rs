//! Signatures, made as any program would make them.

use akashi_pades::{
    AppendedRevision, HashState, LongTermDraft, NewField, SignatureDraft, Signed, ValidationMaterial,
    ValidationNeeds,
};
use akashi_pdf::{Appended, Document, Limits, ReadAt};
use akashi_pki::{DigestAlgorithm, SerialNumber, TrustAnchor};
use akashi_tsp::TimeStampRequest;
use jiff::Timestamp;

use crate::world::{Identity, World};

/// Signs in a new invisible field to B-B, from opening the file to the bytes that are to be appended and the hash state
/// behind them.
///
/// # Errors
/// What the engine says.
pub(crate) fn baseline<R: ReadAt>(
    file: R,
    field: &str,
    identity: &Identity,
    state: HashState,
    now: Timestamp,
) -> anyhow::Result<AppendedRevision> {
    Ok(signed(file, field, identity, state, now)?.into_revision())
}

fn signed<R: ReadAt>(
    file: R,
    field: &str,
    identity: &Identity,
    state: HashState,
    now: Timestamp,
) -> anyhow::Result<Signed> {
    let document = Document::open(file, &Limits::default())?;
    let prepared = draft(&document, field)?
        .resume_hash(state)
        .reserve(BASELINE_RESERVE)
        .prepare(&identity.signer, now, SEED)?;
    Ok(prepared.sign(&identity.key)?)
}

fn draft<'d, R: ReadAt>(document: &'d Document<R>, field: &str) -> anyhow::Result<SignatureDraft<'d, R>> {
    let field = NewField::<Vec<u8>> {
        name: field,
        label: "",
        appearance: None,
    };
    Ok(SignatureDraft::new(document, &field)?)
}

/// Signs bytes in memory to B-B. `whole` holds the file already, with or without an update from before, and the new
/// update is appended to that: as on a disk, nothing before it changes.
///
/// # Errors
/// What the engine says.
pub(crate) fn baseline_in_memory(
    file: &[u8],
    identity: &Identity,
    now: Timestamp,
    whole: &mut Vec<u8>,
) -> anyhow::Result<()> {
    let update = signed(file, "Seal", identity, HashState::START, now)?.into_bytes();
    whole.truncate(file.len());
    whole.extend_from_slice(&update);
    Ok(())
}

/// What the world knows for B-LT: nothing is fetched. To be made once.
#[derive(Debug)]
pub(crate) struct Known {
    anchors: Vec<TrustAnchor>,
    material: ValidationMaterial,
}

impl Known {
    pub(crate) fn of(world: &World) -> Self {
        let material = ValidationMaterial {
            certificates: vec![world.issuing.clone(), world.root.clone()],
            revocation_lists: world.lists.clone(),
            ..ValidationMaterial::default()
        };
        Self {
            anchors: vec![TrustAnchor::from_certificate(&world.root)],
            material,
        }
    }
}

/// Signs bytes in memory to B-LTA, appending to `whole` as [`baseline_in_memory`] does. Two time-stamps come from the
/// authority in this process; what validation needs is looked up among what is known, and must be complete.
///
/// # Errors
/// What the engine says.
pub(crate) fn long_term_in_memory(
    file: &[u8],
    identity: &Identity,
    world: &World,
    known: &Known,
    whole: &mut Vec<u8>,
) -> anyhow::Result<()> {
    let now = world.now;
    let document = Document::open(file, &Limits::default())?;
    let prepared = draft(&document, "Seal")?.prepare(&identity.signer, now, SEED)?;
    let signed = prepared.sign(&identity.key)?;
    let token = stamp(world, DigestAlgorithm::Sha256, &signed.time_stamp_imprint())?;
    let signed = signed.embed_token(&token)?.into_revision();

    let document = Document::open(Appended::new(file, signed.bytes.as_slice()), &Limits::default())?;
    let needs = ValidationNeeds::of(&document, &known.anchors, &known.material, now)?;
    anyhow::ensure!(needs.is_complete(), "validation data is missing: {needs:?}");
    let prepared = LongTermDraft::new(&document)
        .with_material(&needs.material)
        .resume_hash(signed.hash.state)
        .prepare_time_stamp(DigestAlgorithm::Sha256, SEED)?;
    let token = stamp(world, prepared.algorithm(), prepared.imprint())?;
    let stamped = prepared.embed_token(&token)?;
    whole.truncate(file.len());
    whole.extend_from_slice(&signed.bytes);
    whole.extend_from_slice(&stamped.bytes);
    Ok(())
}

/// A token as over the network: the request is encoded, and read again by the authority.
fn stamp(world: &World, algorithm: DigestAlgorithm, imprint: &[u8]) -> anyhow::Result<Vec<u8>> {
    let request = TimeStampRequest::new(algorithm, imprint);
    let request = TimeStampRequest::from_der(&request.to_der())?;
    let number = SerialNumber::from_random(SEED_16);
    Ok(world.authority.issue(&request, &number, world.now)?)
}

/// Room for a signature with three certificates and no time-stamp; a rival gets the same.
const BASELINE_RESERVE: usize = 3072;
/// Every file of a run is a new one, and none leaves it: they need no seeds of their own.
const SEED: [u8; 32] = [7; 32];
const SEED_16: [u8; 16] = [7; 16];
