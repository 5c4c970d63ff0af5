//! Signatures, made as any program would make them.

use akashi_pades::{
    AppendedRevision, HashState, LongTermDraft, NewField, Prepared, SignatureDraft, ValidationMaterial,
    ValidationNeeds,
};
use akashi_pdf::{Appended, Document, Limits, ReadAt};
use akashi_pki::{DigestAlgorithm, SerialNumber, Signer as _, TrustAnchor};
use akashi_tsp::TimeStampRequest;
use jiff::Timestamp;

use crate::world::{Identity, World};

/// Signs in a new invisible field to B-B, from opening the file to the bytes that are to be appended.
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
    let prepared = prepare(file, field, identity, state, now)?;
    let value = identity.key.sign(prepared.to_be_signed())?;
    Ok(prepared.embed(&value)?.into_revision())
}

fn prepare<R: ReadAt>(
    file: R,
    field: &str,
    identity: &Identity,
    state: HashState,
    now: Timestamp,
) -> anyhow::Result<Prepared> {
    let document = Document::open(file, &Limits::default())?;
    let field = NewField::<Vec<u8>> {
        name: field,
        label: "",
        appearance: None,
    };
    let draft = SignatureDraft::new(&document, &field)?.resume_hash(state);
    Ok(draft.prepare(&identity.signer, now, SEED)?)
}

/// Signs bytes in memory to B-B; returns the whole new file.
///
/// # Errors
/// What the engine says.
pub(crate) fn baseline_in_memory(
    file: &[u8],
    identity: &Identity,
    now: Timestamp,
) -> anyhow::Result<Vec<u8>> {
    let revision = baseline(file, "Seal", identity, HashState::START, now)?;
    Ok([file, &revision.bytes].concat())
}

/// What the world knows for B-LT: nothing is fetched. To be made once.
#[derive(Debug)]
pub(crate) struct Known {
    anchors: Vec<TrustAnchor>,
    material: ValidationMaterial,
}

impl Known {
    pub(crate) fn of(world: &World) -> Self {
        let mut material = ValidationMaterial::default();
        material.certificates = vec![world.issuing.clone(), world.root.clone()];
        material.revocation_lists.clone_from(&world.lists);
        Self {
            anchors: vec![TrustAnchor::from_certificate(&world.root)],
            material,
        }
    }
}

/// Signs bytes in memory to B-LTA; returns the whole new file. Two time-stamps come from the authority in this process;
/// what validation needs is looked up among what is known, and must be complete.
///
/// # Errors
/// What the engine says.
pub(crate) fn long_term_in_memory(
    file: &[u8],
    identity: &Identity,
    world: &World,
    known: &Known,
) -> anyhow::Result<Vec<u8>> {
    let now = world.now;
    let prepared = prepare(file, "Seal", identity, HashState::START, now)?;
    let value = identity.key.sign(prepared.to_be_signed())?;
    let signed = prepared.embed(&value)?;
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
    Ok([file, &signed.bytes, &stamped.bytes].concat())
}

/// A token as over the network: the request is encoded, and read again by the authority.
fn stamp(world: &World, algorithm: DigestAlgorithm, imprint: &[u8]) -> anyhow::Result<Vec<u8>> {
    let request = TimeStampRequest::new(algorithm, imprint);
    let request = TimeStampRequest::from_der(&request.to_der())?;
    let number = SerialNumber::from_random(SEED_16);
    Ok(world.authority.issue(&request, &number, world.now)?)
}

/// Every file of a run is a new one, and none leaves it: they need no seeds of their own.
const SEED: [u8; 32] = [7; 32];
const SEED_16: [u8; 16] = [7; 16];
