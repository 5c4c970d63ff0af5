//! From retained pages to PDF bytes.

use std::num::NonZeroU16;

use krilla::geom::{Point, Size, Transform};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node as TagNode, SpanTag, TableHeaderScope, Tag,
    TagGroup, TagTree,
};
use krilla::{Document, color::rgb};

use crate::error::RenderError;
use crate::font::FontBook;
use crate::layout::sheet::{Item, Node, NodeKind, Owner, Sheet};
use crate::picture::Picture;
use crate::text::lines::Run;
use crate::vector::{Color, Drawing, Paint, Segment, hundredths, krilla_path};

/// Paints all pages and sets the tag tree.
///
/// # Errors
/// [`RenderError::PageSize`] for a page without area.
pub(crate) fn paint(
    book: &FontBook,
    document: &mut Document,
    sheet: Sheet,
    language: &str,
) -> Result<(), RenderError> {
    let Sheet {
        width,
        height,
        pages,
        nodes,
    } = sheet;
    let mut content: Vec<Vec<Identifier>> = nodes.iter().map(|_| Vec::new()).collect();
    for page in pages {
        let settings = PageSettings::from_wh(width, height).ok_or(RenderError::PageSize)?;
        let mut target = document.start_page_with(settings);
        let mut surface = target.surface();
        let mut open: Option<Owner> = None;
        for (owner, item) in page.items {
            if open != Some(owner) {
                if open.is_some() {
                    surface.end_tagged();
                }
                let identifier = surface.start_tagged(content_tag(owner, &item));
                if let Owner::Node(id) = owner
                    && let Some(list) = content.get_mut(id)
                {
                    list.push(identifier);
                }
                open = Some(owner);
            }
            paint_item(book, &mut surface, item);
        }
        if open.is_some() {
            surface.end_tagged();
        }
        surface.finish();
        target.finish();
    }
    document.set_tag_tree(tag_tree(&nodes, content, language));
    Ok(())
}

/// Paints one item without structure.
pub(crate) fn paint_item(book: &FontBook, surface: &mut Surface<'_>, item: Item) {
    match item {
        Item::Run { x, baseline, run } => paint_run(book, surface, x, baseline, &run),
        Item::Fill {
            x,
            y,
            width,
            height,
            color,
        } => {
            let path = crate::vector::rectangle(x, y, width, height);
            if let Some(path) = krilla_path(&path) {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(color)));
                surface.draw_path(&path);
            }
        }
        Item::Rules { lines, width, color } => {
            let path: Vec<Segment> = lines
                .iter()
                .flat_map(|line| [Segment::Move(line.from), Segment::Line(line.to)])
                .collect();
            if let Some(path) = krilla_path(&path) {
                surface.set_fill(None);
                surface.set_stroke(Some(stroke(color, width, LineCap::Butt)));
                surface.draw_path(&path);
            }
        }
        Item::Drawing {
            x,
            y,
            width,
            height,
            drawing,
        } => {
            paint_drawing(surface, &drawing, x, y, width, height);
        }
        Item::Picture {
            x,
            y,
            width,
            height,
            picture,
        } => {
            paint_picture(surface, &picture, x, y, width, height);
        }
    }
}

fn paint_run(book: &FontBook, surface: &mut Surface<'_>, x: f32, baseline: f32, run: &Run) {
    surface.set_stroke(None);
    surface.set_fill(Some(fill(run.style.color)));
    surface.draw_glyphs(
        Point::from_xy(hundredths(x), hundredths(baseline)),
        &run.glyphs,
        book.face(run.face).font(),
        &run.text,
        run.style.size,
        false,
    );
}

fn paint_drawing(surface: &mut Surface<'_>, drawing: &Drawing, x: f32, y: f32, w: f32, h: f32) {
    let (scale, dx, dy) = drawing.fit(w, h);
    // In the drawing's own units its numbers are short.
    let at = Transform::from_row(scale, 0.0, 0.0, scale, hundredths(x + dx), hundredths(y + dy));
    surface.push_transform(&at);
    for shape in &drawing.shapes {
        let Some(path) = krilla_path(&shape.path) else {
            continue;
        };
        match shape.paint {
            Paint::Fill(color) => {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(color)));
            }
            Paint::Stroke(color, width) => {
                surface.set_fill(None);
                surface.set_stroke(Some(stroke(color, width, LineCap::Round)));
            }
        }
        surface.draw_path(&path);
    }
    surface.pop();
}

fn paint_picture(surface: &mut Surface<'_>, picture: &Picture, x: f32, y: f32, w: f32, h: f32) {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let scale = (w / width).min(h / height);
    let (width, height) = (width * scale, height * scale);
    let Some(size) = Size::from_wh(width, height) else {
        return;
    };
    let at = Transform::from_translate(x + (w - width) / 2.0, y + (h - height) / 2.0);
    surface.push_transform(&at);
    surface.draw_image(picture.image(), size);
    surface.pop();
}

fn fill(color: Color) -> Fill {
    Fill {
        paint: rgb::Color::new(color.0, color.1, color.2).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

fn stroke(color: Color, width: f32, cap: LineCap) -> Stroke {
    Stroke {
        paint: rgb::Color::new(color.0, color.1, color.2).into(),
        width,
        line_cap: cap,
        line_join: if cap == LineCap::Round {
            LineJoin::Round
        } else {
            LineJoin::Miter
        },
        ..Stroke::default()
    }
}

fn content_tag(owner: Owner, item: &Item) -> ContentTag<'static> {
    match owner {
        Owner::Layout => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
        Owner::Footer => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)),
        Owner::Node(_) => match item {
            Item::Run { .. } => ContentTag::Span(SpanTag::empty()),
            _ => ContentTag::Other,
        },
    }
}

fn tag_tree(nodes: &[Node], content: Vec<Vec<Identifier>>, language: &str) -> TagTree {
    // Children are made after their parents, so going backwards each node is complete when met.
    let mut groups: Vec<Option<TagGroup>> = nodes
        .iter()
        .zip(content)
        .map(|(node, identifiers)| {
            let children = identifiers.into_iter().map(TagNode::Leaf).collect();
            Some(group(&node.kind, children))
        })
        .collect();
    let mut roots = Vec::new();
    for (index, node) in nodes.iter().enumerate().rev() {
        let Some(mut group) = groups.get_mut(index).and_then(Option::take) else {
            continue;
        };
        // Sub-elements were collected last first, after the content of the element itself.
        let own = group
            .children
            .iter()
            .take_while(|child| matches!(child, TagNode::Leaf(_)))
            .count();
        if let Some(elements) = group.children.get_mut(own..) {
            elements.reverse();
        }
        if group.children.is_empty() && !matches!(node.kind, NodeKind::Cell) {
            continue;
        }
        match node
            .parent
            .and_then(|parent| groups.get_mut(parent))
            .and_then(Option::as_mut)
        {
            Some(parent) => parent.push(group),
            None => roots.push(group),
        }
    }
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    for root in roots.into_iter().rev() {
        tree.push(root);
    }
    tree
}

fn group(kind: &NodeKind, children: Vec<TagNode>) -> TagGroup {
    let second = NonZeroU16::MIN.saturating_add(1);
    match kind {
        NodeKind::Title(title) => {
            TagGroup::with_children(Tag::Hn(NonZeroU16::MIN, Some(title.clone())), children)
        }
        NodeKind::Heading(title) => TagGroup::with_children(Tag::Hn(second, Some(title.clone())), children),
        NodeKind::Paragraph => TagGroup::with_children(Tag::P, children),
        NodeKind::Table => TagGroup::with_children(Tag::Table, children),
        NodeKind::Row => TagGroup::with_children(Tag::TR, children),
        NodeKind::RowHeader => TagGroup::with_children(Tag::TH(TableHeaderScope::Row), children),
        NodeKind::ColumnHeader => TagGroup::with_children(Tag::TH(TableHeaderScope::Column), children),
        NodeKind::Cell => TagGroup::with_children(Tag::TD, children),
        NodeKind::Figure(alt) => TagGroup::with_children(Tag::Figure(Some(alt.clone())), children),
    }
}
