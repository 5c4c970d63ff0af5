//! The fuzz targets on stored seeds and mutations of them: the same run every time, on any compiler. Hours of real
//! fuzzing are `make fuzz`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use akashi_robust::mutation::Mutations;
use akashi_robust::targets::{ALL, Target};

use crate::corpus;
use crate::process::{MAX_MEMORY_KIB, forget_peak, peak_kib, thread_time};

/// How long a target may spend on its mutations; the slower the machine, the fewer of them.
const TIME: Duration = Duration::from_secs(4);
/// The longest for one input, of the processor's time and in an unoptimised build. Mostly it is a millisecond.
const MAX_INPUT_TIME: Duration = Duration::from_secs(5);
/// Foreign seeds longer than this are read as they are, but not mutated.
const MAX_SEED: usize = 48 << 10;

/// A seed: where it comes from, and its bytes.
type Seed = (String, Vec<u8>);

fn run(name: &str) {
    let target = ALL.iter().find(|target| target.name == name).unwrap();
    let seeds = [own_seeds(target), foreign_seeds(target)].concat();
    for (source, bytes) in &seeds {
        check(target, source, bytes);
    }
    let small: Vec<&Seed> = seeds.iter().filter(|seed| seed.1.len() <= MAX_SEED).collect();
    let started = Instant::now();
    let mut round = 0_u64;
    // Round after round over all seeds, so that each gets its share.
    while started.elapsed() < TIME {
        for (index, (source, bytes)) in small.iter().enumerate() {
            let seed = round << 20 | index as u64;
            let other = &small[(index + 1 + usize::try_from(round).unwrap()) % small.len()].1;
            let mutated = Mutations::new(seed).of(bytes, other);
            check(target, &format!("{source}, mutation {seed}"), &mutated);
            if started.elapsed() >= TIME {
                break;
            }
        }
        round += 1;
    }
    let inputs = seeds.len() + usize::try_from(round).unwrap() * small.len();
    println!("{name}: {} seeds, about {inputs} inputs", seeds.len());
    assert!(inputs > 50, "{name}: only {inputs} inputs");
}

/// One input. The bytes of a bad one are kept, so that it can become a test.
fn check(target: &Target, source: &str, bytes: &[u8]) {
    forget_peak();
    let started = thread_time();
    let result = catch_unwind(AssertUnwindSafe(|| (target.run)(bytes)));
    let (time, peak) = (thread_time().saturating_sub(started), peak_kib());
    let fault = match result {
        Err(_) => "it panicked".to_owned(),
        Ok(()) if time > MAX_INPUT_TIME => format!("it took {time:?}"),
        Ok(()) if peak > MAX_MEMORY_KIB => format!("it held {peak} KiB"),
        Ok(()) => return,
    };
    let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.bad", target.name));
    std::fs::write(&kept, bytes).unwrap();
    panic!("{} on {source}: {fault}; kept as {}", target.name, kept.display());
}

fn own_seeds(target: &Target) -> Vec<Seed> {
    let folder = corpus::workspace().join("fuzz/seeds").join(target.seeds);
    let seeds: Vec<Seed> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .map(|path| (corpus::name(&path), std::fs::read(&path).unwrap()))
        .collect();
    assert!(!seeds.is_empty(), "no seed in {}", folder.display());
    sorted(seeds)
}

/// What the corpus has of this kind; files up to 1 MiB.
fn foreign_seeds(target: &Target) -> Vec<Seed> {
    let Some(corpus) = corpus::folder() else {
        return Vec::new();
    };
    let (folders, suffixes): (&[&str], &[&str]) = match target.seeds {
        "pdf" => (
            &["robust", "pyhanko/inputs", "pyhanko/signed", "dss/pdf", "attacks"],
            &["pdf"],
        ),
        "certificate" => (&["pkits/certs", "pyhanko/certs"], &["crt", "cer", "der", "pem"]),
        "crl" => (&["pkits/crls", "pyhanko/rev"], &["crl"]),
        "ocsp" => (&["pyhanko/rev"], &["ocsp"]),
        _ => return Vec::new(),
    };
    let files = folders
        .iter()
        .flat_map(|folder| corpus::files(&corpus.join(folder), suffixes));
    let seeds = files.map(|path| (corpus::name(&path), std::fs::read(&path).unwrap()));
    sorted(seeds.filter(|seed| seed.1.len() <= 1 << 20).collect())
}

fn sorted(mut seeds: Vec<Seed>) -> Vec<Seed> {
    seeds.sort();
    seeds
}

/// One test for each target, and all of them.
macro_rules! smoke {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })*

        #[test]
        fn every_target_is_run_and_wrapped() {
            let names: Vec<&str> = ALL.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
            for target in ALL {
                let name = target.name;
                let wrapper = corpus::workspace().join(format!("fuzz/fuzz_targets/{name}.rs"));
                let text = std::fs::read_to_string(&wrapper).unwrap();
                assert!(text.contains(&format!("targets::{name}(")), "{}", wrapper.display());
            }
            let manifest = std::fs::read_to_string(corpus::workspace().join("fuzz/Cargo.toml")).unwrap();
            assert_eq!(manifest.matches("[[bin]]").count(), ALL.len());
        }
    };
}

smoke! {
    pdf_object pdf_parse pdf_update pdf_rewrite cms tsp_request tsp_response tsp_token x509_certificate x509_path crl
    ocsp_request ocsp_response certification_request verify
}
