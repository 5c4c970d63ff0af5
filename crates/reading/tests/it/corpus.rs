//! Foreign files: odd, broken, hostile. Each is drawn or refused by name; none takes long, none panics out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use akashi_reading::{Limits, PageReader, SubstituteFonts};

/// The corpus, if there is one. A folder that is named but missing is an error; no folder at all is loud.
fn corpus() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests find the corpus through the environment"
    )]
    let named = std::env::var_os("AKASHI_CORPUS");
    if let Some(folder) = named {
        let folder = PathBuf::from(folder);
        assert!(
            folder.is_dir(),
            "AKASHI_CORPUS names {}, which is no folder",
            folder.display()
        );
        return Some(folder);
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if beside.is_dir() {
        return Some(beside);
    }
    println!("NOTE: no AKASHI_CORPUS and no ../shared/corpus: foreign files are not tested");
    None
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pdf"))
        .collect();
    files.sort();
    files
}

/// The outcome of the first pages of a file, in one word.
fn outcome(path: &Path) -> String {
    let bytes: Arc<[u8]> = Arc::from(std::fs::read(path).unwrap());
    let reader = match PageReader::open(bytes, SubstituteFonts::none(), Limits::default()) {
        Ok(reader) => reader,
        Err(error) => return format!("not opened: {}", word(&error)),
    };
    for page in 0..reader.page_count().min(3) {
        if let Err(error) = reader.text(page) {
            return format!("not read: {}", word(&error));
        }
        match reader.render(page, 780) {
            Ok(image) => assert_eq!(
                image.rgb().len() as u64,
                u64::from(image.width_px()) * u64::from(image.height_px()) * 3
            ),
            Err(error) => return format!("not drawn: {}", word(&error)),
        }
    }
    "drawn".to_owned()
}

/// The name of an error's variant.
fn word(error: &impl std::fmt::Debug) -> String {
    format!("{error:?}")
        .chars()
        .take_while(|character| character.is_alphanumeric())
        .collect()
}

#[test]
fn foreign_files_are_drawn_or_refused_by_name_and_soon() {
    let Some(corpus) = corpus() else { return };
    let mut outcomes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut count = 0;
    for folder in ["robust", "pyhanko/inputs", "attacks/rub-nds"] {
        for path in files(&corpus.join(folder)) {
            let started = Instant::now();
            let outcome = outcome(&path);
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(
                started.elapsed() < Duration::from_mins(1),
                "{name} took {:?}",
                started.elapsed()
            );
            assert_ne!(outcome, "not drawn: Panicked", "{name}");
            outcomes.entry(outcome).or_default().push(name);
            count += 1;
        }
    }
    for (outcome, names) in &outcomes {
        println!("{:4} {outcome}: {}", names.len(), names.join(" "));
    }
    assert!(count > 200, "only {count} files");
    // Most of the corpus is broken on purpose; what a reader can open must mostly come out as a picture.
    let drawn = outcomes.get("drawn").map_or(0, Vec::len);
    assert!(drawn * 2 > count, "only {drawn} of {count} were drawn");
}
