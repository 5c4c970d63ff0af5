//! Every page with every sample in every language is whole, and keeps the rules of the Content-Security-Policy.

use std::collections::BTreeSet;

use crate::pages::sample_pages;
use crate::text::Language;

/// The values of `attribute` in `html`.
fn attributes<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let needle = format!(" {attribute}=\"");
    html.match_indices(&needle)
        .filter_map(|(i, _)| {
            html.get(i + needle.len()..)
                .and_then(|rest| rest.split('"').next())
        })
        .collect()
}

fn every_page(check: impl Fn(&str, &str)) {
    for lang in Language::ALL {
        for page in sample_pages(lang).unwrap() {
            check(&format!("{} ({})", page.name, lang.tag()), &page.html);
        }
    }
}

#[test]
fn every_sample_renders_in_every_language_under_its_own_name() {
    let names: Vec<Vec<String>> = Language::ALL
        .iter()
        .map(|&lang| sample_pages(lang).unwrap().into_iter().map(|p| p.name).collect())
        .collect();
    assert_eq!(names[0], names[1]);
    let unique: BTreeSet<&String> = names[0].iter().collect();
    assert_eq!(unique.len(), names[0].len());
    assert!(names[0].len() > 80, "only {} samples", names[0].len());
}

#[test]
fn nothing_needs_an_unsafe_policy() {
    every_page(|name, html| {
        assert!(!html.contains(" style="), "{name}: inline style");
        assert!(!html.contains("<style"), "{name}: style block");
        assert!(!html.contains("javascript:"), "{name}: script address");
        for handler in ["onclick", "onload", "onchange", "onsubmit", "oninput", "hx-on"] {
            assert!(!html.contains(&format!(" {handler}")), "{name}: {handler}");
        }
        for tag in html
            .match_indices("<script")
            .filter_map(|(i, _)| html.get(i..)?.split('>').next())
        {
            assert!(tag.contains(" src=\""), "{name}: inline script: {tag}");
        }
        for trigger in attributes(html, "hx-trigger") {
            assert!(!trigger.contains('['), "{name}: trigger filter");
        }
    });
}

#[test]
fn ids_are_unique_and_references_find_them() {
    every_page(|name, html| {
        let mut ids = BTreeSet::new();
        for id in attributes(html, "id") {
            assert!(ids.insert(id), "{name}: id {id} stands twice");
        }
        for attribute in ["for", "aria-describedby", "aria-labelledby", "form"] {
            for reference in attributes(html, attribute)
                .into_iter()
                .flat_map(str::split_whitespace)
            {
                assert!(
                    ids.contains(reference),
                    "{name}: {attribute}=\"{reference}\" leads nowhere"
                );
            }
        }
        for target in attributes(html, "href")
            .into_iter()
            .filter_map(|h| h.strip_prefix('#'))
        {
            assert!(
                target.is_empty() || ids.contains(target),
                "{name}: #{target} leads nowhere"
            );
        }
    });
}

#[test]
fn every_icon_is_in_the_sprite() {
    const SPRITE: &str = include_str!("../../../../ui/src/icons.svg");
    every_page(|name, html| {
        for href in attributes(html, "href")
            .into_iter()
            .filter(|h| h.contains("icons.svg#"))
        {
            let id = href.rsplit('#').next().unwrap();
            assert!(
                SPRITE.contains(&format!("<symbol id=\"{id}\"")),
                "{name}: no icon {id}"
            );
        }
    });
}

#[test]
fn pages_speak_the_language_they_say() {
    let kana = |c: char| matches!(c, '\u{3041}'..='\u{30FF}');
    for lang in Language::ALL {
        for page in sample_pages(lang).unwrap() {
            if page.html.starts_with("<!doctype") {
                assert!(
                    page.html.contains(&format!("<html lang=\"{}\">", lang.tag())),
                    "{}",
                    page.name
                );
                let title = page
                    .html
                    .split("<title>")
                    .nth(1)
                    .and_then(|t| t.split("</title>").next())
                    .unwrap();
                assert!(
                    title.trim().len() > " — Akashi".len() + 1,
                    "{}: {title}",
                    page.name
                );
            }
            // Headings and buttons are Akashi's own words; names in the samples stay Japanese.
            if lang == Language::En {
                for button in page
                    .html
                    .split("<button")
                    .skip(1)
                    .filter_map(|b| b.split("</button>").next())
                {
                    let words = button.rsplit('>').next().unwrap_or("");
                    assert!(
                        !words.contains(kana) || button.contains("lang=\"ja\""),
                        "{}: {words}",
                        page.name
                    );
                }
            } else {
                assert!(page.html.contains(kana), "{}", page.name);
            }
        }
    }
}

#[test]
fn every_control_has_a_name_that_is_heard() {
    every_page(|name, html| {
        let labelled: BTreeSet<&str> = attributes(html, "for").into_iter().collect();
        for tag in ["<input", "<select", "<textarea"] {
            for (at, _) in html.match_indices(tag) {
                let control = html.get(at..).and_then(|rest| rest.split('>').next()).unwrap();
                if control.contains("type=\"hidden\"") || control.contains("aria-label=") {
                    continue;
                }
                let by_for = attributes(control, "id")
                    .first()
                    .is_some_and(|id| labelled.contains(id));
                let before = html.get(..at).unwrap();
                let inside = before.rfind("<label") > before.rfind("</label>");
                assert!(by_for || inside, "{name}: {control}> has no label");
            }
        }
    });
}

#[test]
fn no_feature_of_later_is_promised() {
    every_page(|name, html| {
        for path in ["/approvals", "/templates", "/bulk", "/audit", "href=\"#\""] {
            let found = html.contains(path) && !name.starts_with("components");
            assert!(!found, "{name}: {path}");
        }
    });
}

#[test]
fn only_one_act_of_will_on_a_page() {
    every_page(|name, html| {
        let count = html.matches("btn--will").count();
        assert!(
            count <= 1 || name.starts_with("components"),
            "{name}: {count} vermilion buttons"
        );
    });
}

#[test]
fn some_pages_as_they_stand() {
    const SHOWN: [&str; 6] = [
        "sign-link",
        "sign-confirm",
        "sign-decline-error",
        "problem",
        "verify-id",
        "sign-in-wrong",
    ];
    let version = crate::view::assets::version();
    for lang in Language::ALL {
        for page in sample_pages(lang)
            .unwrap()
            .into_iter()
            .filter(|p| SHOWN.contains(&p.name.as_str()))
        {
            let html = page.html.replace(version, "[version]");
            insta::assert_snapshot!(format!("{}-{}", page.name, lang.tag()), html);
        }
    }
}
