//! The retained pages of a document before they are painted.
//!
//! Keeping them until the end lets every page know how many there are, and lets one structure
//! element (a table row that goes over a page break) own content on two pages.

use std::sync::Arc;

use crate::picture::Picture;
use crate::text::lines::{Line, Run};
use crate::vector::{Color, Drawing};

/// Index of a structure element in [`Sheet::nodes`].
pub(crate) type NodeId = usize;

/// What a structure element is (ISO 32000-1, 14.8.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NodeKind {
    /// The title of the document, heading level 1.
    Title(String),
    /// A heading of a section, level 2.
    Heading(String),
    Paragraph,
    Table,
    Row,
    /// Header cell of its row.
    RowHeader,
    /// Header cell of its column.
    ColumnHeader,
    Cell,
    /// A picture with its alternative text.
    Figure(String),
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) parent: Option<NodeId>,
}

/// To what a placed item belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Node(NodeId),
    /// Rules, shading, repeated table heads.
    Layout,
    /// Page number and running foot.
    Footer,
}

/// A straight line between two points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stroke {
    pub(crate) from: (f32, f32),
    pub(crate) to: (f32, f32),
}

#[derive(Debug, Clone)]
pub(crate) enum Item {
    Run {
        x: f32,
        baseline: f32,
        run: Run,
    },
    Fill {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        color: Color,
    },
    Rules {
        lines: Vec<Stroke>,
        width: f32,
        color: Color,
    },
    /// Fitted into the box, centred.
    Drawing {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        drawing: Arc<Drawing>,
    },
    /// Fitted into the box, centred.
    Picture {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        picture: Picture,
    },
}

impl Item {
    /// Moves the item.
    pub(crate) fn shifted(mut self, dx: f32, dy: f32) -> Self {
        match &mut self {
            Self::Run { x, baseline, .. } => {
                *x += dx;
                *baseline += dy;
            }
            Self::Rules { lines, .. } => {
                for line in lines {
                    line.from = (line.from.0 + dx, line.from.1 + dy);
                    line.to = (line.to.0 + dx, line.to.1 + dy);
                }
            }
            Self::Fill { x, y, .. } | Self::Drawing { x, y, .. } | Self::Picture { x, y, .. } => {
                *x += dx;
                *y += dy;
            }
        }
        self
    }
}

#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) items: Vec<(Owner, Item)>,
}

/// Pages of one size with their structure.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) pages: Vec<Page>,
    pub(crate) nodes: Vec<Node>,
}

impl Sheet {
    pub(crate) fn new(width: f32, height: f32) -> Self {
        Self {
            width,
            height,
            pages: vec![Page::default()],
            nodes: Vec::new(),
        }
    }

    pub(crate) fn node(&mut self, kind: NodeKind, parent: Option<NodeId>) -> NodeId {
        self.nodes.push(Node { kind, parent });
        self.nodes.len() - 1
    }

    /// Adds to the last page.
    pub(crate) fn put(&mut self, owner: Owner, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.items.push((owner, item));
        }
    }

    /// Adds a set line whose box begins at (`x`, `top`) and is `leading` high.
    pub(crate) fn put_line(&mut self, owner: Owner, line: Line, x: f32, top: f32, leading: f32) {
        for item in line_items(line, x, top, leading) {
            self.put(owner, item);
        }
    }
}

/// The items of a line whose box begins at (`x`, `top`) and is `leading` high.
pub(crate) fn line_items(line: Line, x: f32, top: f32, leading: f32) -> impl Iterator<Item = Item> {
    // The em box of Noto CJK reaches 0.88 em above the baseline and 0.12 em below it.
    let baseline = top + (leading - line.size) / 2.0 + line.size * 0.88;
    line.runs.into_iter().map(move |run| Item::Run {
        x: x + run.x,
        baseline,
        run,
    })
}
