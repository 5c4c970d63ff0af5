//! Writes every sample page in every language to a folder, for looking at them and for accessibility checks.
//!
//! `cargo run -p akashi-web --example dump_pages -- <folder>`

use std::path::PathBuf;
use std::{env, fs};

use akashi_web::pages::sample_pages;
use akashi_web::text::Language;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(env::args_os().nth(1).ok_or("usage: dump_pages <folder>")?);
    akashi_web::assets::check()?;
    let mut names = Vec::new();
    for language in Language::ALL {
        let folder = folder.join(language.tag());
        fs::create_dir_all(&folder)?;
        for page in sample_pages(language)? {
            fs::write(folder.join(format!("{}.html", page.name)), &page.html)?;
            names.push(format!("{}/{}", language.tag(), page.name));
        }
    }
    fs::write(folder.join("pages.json"), serde_json::to_string(&names)?)?;
    fs::write(folder.join("version.txt"), akashi_web::assets::version())?;
    Ok(())
}
