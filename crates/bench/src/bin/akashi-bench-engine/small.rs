//! The rows about 100 KB.

use std::fs;
use std::path::Path;

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, EcdsaKeyPair, RsaKeyPair};
use serde_json::{Value, json};

use crate::clock::{self, Cost};
use crate::judging;
use crate::race::{Contender, Measure, Work, race};
use crate::report::{Aim, Beside, Row};
use crate::rival::{self, Rival};
use crate::signing::{self, Known};
use crate::world::World;

/// What the rows about small files share.
pub(crate) struct Small<'a> {
    pub(crate) world: &'a World,
    /// The folder of keys, in which signed files are left for the rivals.
    pub(crate) keys: &'a Path,
    pub(crate) rivals: &'a Path,
    pub(crate) python: &'a Path,
    pub(crate) rounds: u32,
}

/// Pieces of work in a round: some ten milliseconds each.
const RSA_PIECES: u32 = 20;
const ECDSA_PIECES: u32 = 100;
const BARE_PIECES: u32 = 200;
const LTA_PIECES: u32 = 30;
const JUDGE_PIECES: u32 = 50;
const LIBPDF_PIECES: u32 = 20;
const PYHANKO_PIECES: u32 = 2;
/// Pieces of work that a rival does before it counts: its compiler must have seen everything often.
const LIBPDF_WARM_UP: u32 = 200;
const PYHANKO_WARM_UP: u32 = 5;

impl Small<'_> {
    /// Sign to B-B with RSA-3072.
    ///
    /// # Errors
    /// Something could not be measured.
    pub(crate) fn sign_rsa(&self) -> anyhow::Result<Row> {
        let World { paper, now, rsa, .. } = self.world;
        let mut signed = paper.clone();
        signing::baseline_in_memory(paper, rsa, *now, &mut signed)?;
        self.demand_valid(&signed)?;
        let pair = RsaKeyPair::from_pkcs8(&rsa.pkcs8)?;
        let mut value = vec![0; pair.public_modulus_len()];
        let random = SystemRandom::new();
        let bare = repeat(move || {
            pair.sign(&signature::RSA_PKCS1_SHA256, &random, &MESSAGE, &mut value)?;
            Ok(())
        });
        let mut libpdf = self.libpdf("sign-rsa")?;
        let name = libpdf.name().to_owned();
        let series = race(
            vec![
                contender(
                    "Akashi",
                    RSA_PIECES,
                    repeat(|| signing::baseline_in_memory(paper, rsa, *now, &mut signed)),
                ),
                contender("the bare RSA operation (aws-lc-rs)", RSA_PIECES, bare),
                contender(
                    &name,
                    LIBPDF_PIECES,
                    Box::new(move |count| libpdf.work("sign-rsa", count)),
                ),
            ],
            self.rounds,
        )?;
        Row::of(
            "sign-rsa",
            "sign B-B, 100 KB, RSA-3072, one core",
            Measure::Cpu,
            series,
            [Beside::times(1.15), Beside::faster(3.0)],
        )
    }

    /// Sign to B-B with P-256.
    ///
    /// # Errors
    /// Something could not be measured.
    pub(crate) fn sign_p256(&self) -> anyhow::Result<Row> {
        let World { paper, now, p256, .. } = self.world;
        let mut signed = paper.clone();
        signing::baseline_in_memory(paper, p256, *now, &mut signed)?;
        self.demand_valid(&signed)?;
        let scheme = &signature::ECDSA_P256_SHA256_ASN1_SIGNING;
        let pair = EcdsaKeyPair::from_pkcs8(scheme, &p256.pkcs8)?;
        let random = SystemRandom::new();
        let bare = repeat(move || {
            let digest = digest::digest(&digest::SHA256, paper);
            Ok(pair.sign(&random, digest.as_ref())?)
        });
        let mut libpdf = self.libpdf("sign-p256")?;
        let name = libpdf.name().to_owned();
        let series = race(
            vec![
                contender(
                    "Akashi",
                    ECDSA_PIECES,
                    repeat(|| signing::baseline_in_memory(paper, p256, *now, &mut signed)),
                ),
                contender("hashing and one bare signature (aws-lc-rs)", BARE_PIECES, bare),
                contender(
                    &name,
                    LIBPDF_PIECES,
                    Box::new(move |count| libpdf.work("sign-p256", count)),
                ),
            ],
            self.rounds,
        )?;
        Row::of(
            "sign-p256",
            "sign B-B, 100 KB, P-256, one core",
            Measure::Cpu,
            series,
            [Beside::times(2.5), Beside::shown()],
        )
    }

    /// Sign to B-LTA, all keys P-256.
    ///
    /// # Errors
    /// Something could not be measured.
    pub(crate) fn sign_lta(&self) -> anyhow::Result<Row> {
        let World { paper, p256, .. } = self.world;
        let known = Known::of(self.world);
        let mut pyhanko = self.pyhanko()?;
        let mut signed = paper.clone();
        signing::long_term_in_memory(paper, p256, self.world, &known, &mut signed)?;
        self.demand_valid_long_term(&signed, &mut pyhanko)?;
        pyhanko.work("sign-lta", PYHANKO_WARM_UP)?;
        let name = pyhanko.name().to_owned();
        let sign = repeat(|| signing::long_term_in_memory(paper, p256, self.world, &known, &mut signed));
        let series = race(
            vec![
                contender("Akashi", LTA_PIECES, sign),
                contender(
                    &name,
                    PYHANKO_PIECES,
                    Box::new(move |count| pyhanko.work("sign-lta", count)),
                ),
            ],
            self.rounds,
        )?;
        let row = Row::of(
            "sign-lta",
            "sign to B-LTA, 100 KB, P-256, time-stamp authority in the same process",
            Measure::Cpu,
            series,
            [Beside::faster(20.0)],
        )?;
        Ok(row.within(Aim::at_most_ms(5.0)))
    }

    /// The same with RSA-3072 for the signer; the authority's key stays P-256.
    ///
    /// # Errors
    /// Something could not be measured.
    pub(crate) fn sign_lta_rsa(&self) -> anyhow::Result<Row> {
        let World { paper, rsa, .. } = self.world;
        let known = Known::of(self.world);
        let mut signed = paper.clone();
        signing::long_term_in_memory(paper, rsa, self.world, &known, &mut signed)?;
        self.demand_valid(&signed)?;
        let sign = repeat(|| signing::long_term_in_memory(paper, rsa, self.world, &known, &mut signed));
        let series = race(vec![contender("Akashi", RSA_PIECES, sign)], self.rounds)?;
        let row = Row::of(
            "sign-lta-rsa",
            "sign to B-LTA, 100 KB, signer RSA-3072, authority P-256",
            Measure::Cpu,
            series,
            [],
        )?;
        Ok(row.within(Aim::at_most_ms(5.0)))
    }

    /// Judge a B-LTA file from what it holds and the root.
    ///
    /// # Errors
    /// Something could not be measured.
    pub(crate) fn judge_lta(&self) -> anyhow::Result<Row> {
        let World { paper, p256, now, .. } = self.world;
        let mut signed = paper.clone();
        signing::long_term_in_memory(paper, p256, self.world, &Known::of(self.world), &mut signed)?;
        let mut pyhanko = self.pyhanko()?;
        self.demand_valid_long_term(&signed, &mut pyhanko)?;
        let file = self.keys.join(LONG_TERM);
        pyhanko_judges(&mut pyhanko, &file, PYHANKO_WARM_UP)?;
        let name = pyhanko.name().to_owned();
        let trust = self.world.trust_in_root();
        let judge = repeat(|| judging::report(signed.as_slice(), &trust, *now));
        let theirs = move |count| pyhanko_judges(&mut pyhanko, &file, count);
        let series = race(
            vec![
                contender("Akashi", JUDGE_PIECES, judge),
                contender(
                    &format!("{name}, its LTA validation"),
                    PYHANKO_PIECES,
                    Box::new(theirs),
                ),
            ],
            self.rounds,
        )?;
        let row = Row::of(
            "judge-lta",
            "validate B-LTA offline, 100 KB, P-256",
            Measure::Cpu,
            series,
            [Beside::faster(50.0)],
        )?;
        Ok(row.within(Aim::at_most_ms(2.0)))
    }

    /// A signed file must pass here before it may be fast.
    fn demand_valid(&self, signed: &[u8]) -> anyhow::Result<()> {
        let trust = self.world.trust_with_lists();
        let report = judging::report(signed, &trust, self.world.now)?;
        judging::demand_passed(&report, report.signatures.len().max(1))
    }

    /// The same for B-LTA, offline, and by pyHanko, too.
    fn demand_valid_long_term(&self, signed: &[u8], pyhanko: &mut Rival) -> anyhow::Result<()> {
        let report = judging::report(signed, &self.world.trust_in_root(), self.world.now)?;
        judging::demand_passed(&report, 2)?;
        let file = self.keys.join(LONG_TERM);
        fs::write(&file, signed)?;
        pyhanko_judges(pyhanko, &file, 1)?;
        Ok(())
    }

    fn libpdf(&self, work: &str) -> anyhow::Result<Rival> {
        let script = self.rivals.join("libpdf.mjs");
        let mut rival = Rival::start(Path::new("node"), &script, self.keys)?;
        rival.work(work, LIBPDF_WARM_UP)?;
        // What it makes must be valid, too, or its speed says nothing.
        let saved = self.keys.join("libpdf.pdf");
        rival.order(&json!({ "work": work, "count": 1, "save": saved }))?;
        let trust = self.world.trust_with_lists();
        let report = judging::report(fs::read(saved)?, &trust, clock::now()?)?;
        judging::demand_passed(&report, 1)?;
        Ok(rival)
    }

    fn pyhanko(&self) -> anyhow::Result<Rival> {
        Rival::start(self.python, &self.rivals.join("pyhanko_rival.py"), self.keys)
    }
}

/// A B-LTA file, for pyHanko.
const LONG_TERM: &str = "lta.pdf";
/// As long as a digest: what is signed of a document.
const MESSAGE: [u8; 32] = [0x5a; 32];

/// Has pyHanko judge, and fails unless everything passed.
fn pyhanko_judges(pyhanko: &mut Rival, file: &Path, count: u32) -> anyhow::Result<Cost> {
    let answer = pyhanko.order(&json!({ "work": "judge-lta", "file": file, "count": count }))?;
    anyhow::ensure!(
        answer.get("passed").and_then(Value::as_bool) == Some(true),
        "pyHanko does not call {} valid: {answer}",
        file.display()
    );
    rival::cost_in(&answer)
}

fn contender<'a>(name: &str, count: u32, work: Work<'a>) -> Contender<'a> {
    Contender {
        name: name.to_owned(),
        count,
        work,
    }
}

/// A piece of work on this thread, over and over.
fn repeat<'a, T>(mut piece: impl FnMut() -> anyhow::Result<T> + 'a) -> Work<'a> {
    Box::new(move |count| {
        let work = || {
            for _ in 0..count {
                std::hint::black_box(piece()?);
            }
            Ok(())
        };
        Ok(clock::cost_of(work)?.1)
    })
}
