//! Tables with shaded label cells whose rows may go over page breaks.

use crate::font::MissingCharacter;
use crate::layout::flow::{Flow, Paragraph};
use crate::layout::sheet::{Item, NodeId, NodeKind, Owner, Stroke, line_items};
use crate::text::lines::Line;
use crate::vector::Color;

/// Where a table may be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// On one page if it fits on one at all.
    Together,
    /// Between rows, and within rows that are longer than half a page.
    Rows,
}

#[derive(Debug)]
pub(crate) struct Table {
    /// Column widths in points.
    pub(crate) columns: Vec<f32>,
    /// Repeated at the top of each further page.
    pub(crate) head: Option<Row>,
    pub(crate) rows: Vec<Row>,
    pub(crate) pad_x: f32,
    pub(crate) pad_y: f32,
    pub(crate) rule: f32,
    pub(crate) keep: Keep,
}

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    /// At least this high.
    pub(crate) min_height: f32,
}

#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) kind: NodeKind,
    pub(crate) shaded: bool,
    /// Columns that it covers.
    pub(crate) span: usize,
    pub(crate) blocks: Vec<Block>,
    pub(crate) middle: bool,
}

#[derive(Debug)]
pub(crate) enum Block {
    Text(Paragraph),
    /// Items drawn relative to the block's top left corner; never cut.
    Fixed {
        height: f32,
        parts: Vec<Part>,
    },
}

/// Items of one structure element.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) kind: NodeKind,
    pub(crate) items: Vec<Item>,
}

impl Row {
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            min_height: 0.0,
        }
    }
}

impl Cell {
    pub(crate) fn text(paragraph: Paragraph) -> Self {
        Self {
            kind: NodeKind::Cell,
            shaded: false,
            span: 1,
            blocks: vec![Block::Text(paragraph)],
            middle: false,
        }
    }

    /// A shaded cell that names its row or column.
    pub(crate) fn label(paragraph: Paragraph, kind: NodeKind) -> Self {
        Self {
            kind,
            shaded: true,
            ..Self::text(paragraph)
        }
    }
}

/// A piece of a cell that is never cut.
enum Fragment {
    Line {
        line: Line,
        leading: f32,
        node: NodeId,
    },
    Fixed {
        height: f32,
        parts: Vec<(NodeId, Vec<Item>)>,
    },
}

impl Fragment {
    fn height(&self) -> f32 {
        match self {
            Self::Line { leading, .. } => *leading,
            Self::Fixed { height, .. } => *height,
        }
    }
}

struct LaidCell {
    x: f32,
    width: f32,
    shaded: bool,
    middle: bool,
    fragments: std::collections::VecDeque<Fragment>,
}

impl LaidCell {
    fn height(&self) -> f32 {
        self.fragments.iter().map(Fragment::height).sum()
    }
}

struct LaidRow {
    cells: Vec<LaidCell>,
    min_height: f32,
}

impl LaidRow {
    fn height(&self, pad_y: f32) -> f32 {
        let content = self.cells.iter().map(LaidCell::height).fold(0.0, f32::max);
        (content + 2.0 * pad_y).max(self.min_height)
    }
}

impl Flow<'_> {
    /// Sets a table.
    ///
    /// # Errors
    /// The first character that no face can draw.
    pub(crate) fn table(&mut self, table: Table) -> Result<(), MissingCharacter> {
        let node = self.sheet.node(NodeKind::Table, None);
        let Table {
            columns,
            head,
            rows,
            pad_x,
            pad_y,
            rule,
            keep,
        } = table;
        let grid = Grid {
            columns,
            pad_x,
            pad_y,
            rule,
            left: self.left(),
        };
        let head = head.map(|row| self.lay_row(row, &grid, node)).transpose()?;
        let rows: Vec<LaidRow> = rows
            .into_iter()
            .map(|row| self.lay_row(row, &grid, node))
            .collect::<Result<_, _>>()?;
        let head_height = head.as_ref().map_or(0.0, |row| row.height(pad_y));
        let total: f32 = head_height + rows.iter().map(|row| row.height(pad_y)).sum::<f32>();
        if keep == Keep::Together && total > self.room() && total <= self.fresh_room() && !self.at_top() {
            self.new_page();
        }
        let mut head_copy: Option<Vec<Item>> = None;
        if let Some(head) = head {
            let first = rows.first().map_or(0.0, |row| row.height(pad_y));
            if head_height + first > self.room() && !self.at_top() {
                self.new_page();
            }
            let top = self.place(head_height);
            let items = self.draw_row(head, top, head_height, &grid);
            head_copy = Some(items.into_iter().map(|item| item.shifted(0.0, -top)).collect());
        }
        for row in rows {
            self.place_row(row, &grid, head_height, head_copy.as_deref());
        }
        Ok(())
    }

    fn place_row(&mut self, mut row: LaidRow, grid: &Grid, head_height: f32, head: Option<&[Item]>) {
        loop {
            let height = row.height(grid.pad_y);
            if height <= self.room() + 0.01 {
                let top = self.place(height);
                self.draw_row(row, top, height, grid);
                return;
            }
            let fresh = self.fresh_room() - head_height;
            let untouched = self.at_top() || self.room() >= fresh - 0.01;
            if height <= fresh / 2.0 && !untouched {
                self.turn_page(head_height, head);
                continue;
            }
            let Some(part) = take_fitting(&mut row, self.room() - 2.0 * grid.pad_y, untouched) else {
                self.turn_page(head_height, head);
                continue;
            };
            let height = part.height(grid.pad_y);
            let top = self.place(height);
            self.draw_row(part, top, height, grid);
            if row.cells.iter().all(|cell| cell.fragments.is_empty()) {
                return;
            }
            self.turn_page(head_height, head);
        }
    }

    fn turn_page(&mut self, head_height: f32, head: Option<&[Item]>) {
        self.new_page();
        if let Some(items) = head {
            let top = self.place(head_height);
            for item in items {
                self.sheet.put(Owner::Layout, item.clone().shifted(0.0, top));
            }
        }
    }

    fn lay_row(&mut self, row: Row, grid: &Grid, table: NodeId) -> Result<LaidRow, MissingCharacter> {
        let node = self.sheet.node(NodeKind::Row, Some(table));
        let mut cells = Vec::with_capacity(row.cells.len());
        let mut column = 0;
        for cell in row.cells {
            let x = grid.left + grid.columns.iter().take(column).sum::<f32>();
            let width: f32 = grid.columns.iter().skip(column).take(cell.span.max(1)).sum();
            column += cell.span.max(1);
            cells.push(self.lay_cell(cell, node, x, width, grid)?);
        }
        Ok(LaidRow {
            cells,
            min_height: row.min_height,
        })
    }

    fn lay_cell(
        &mut self,
        cell: Cell,
        row: NodeId,
        x: f32,
        width: f32,
        grid: &Grid,
    ) -> Result<LaidCell, MissingCharacter> {
        let node = self.sheet.node(cell.kind, Some(row));
        let single = cell.blocks.len() == 1;
        let mut fragments = std::collections::VecDeque::new();
        for block in cell.blocks {
            match block {
                Block::Text(paragraph) => {
                    // The only text of a cell is the cell's own content.
                    let owner = if single {
                        node
                    } else {
                        self.sheet.node(NodeKind::Paragraph, Some(node))
                    };
                    let leading = paragraph.leading;
                    for line in paragraph.set(self.book, width - 2.0 * grid.pad_x)? {
                        fragments.push_back(Fragment::Line {
                            line,
                            leading,
                            node: owner,
                        });
                    }
                }
                Block::Fixed { height, parts } => {
                    let parts = parts
                        .into_iter()
                        .map(|part| (self.sheet.node(part.kind, Some(node)), part.items))
                        .collect();
                    fragments.push_back(Fragment::Fixed { height, parts });
                }
            }
        }
        Ok(LaidCell {
            x,
            width,
            shaded: cell.shaded,
            middle: cell.middle,
            fragments,
        })
    }

    /// Draws a row and gives the drawn items, for repeating a head.
    fn draw_row(&mut self, row: LaidRow, top: f32, height: f32, grid: &Grid) -> Vec<Item> {
        let mut drawn = Vec::new();
        let mut layout = Vec::new();
        for cell in &row.cells {
            if cell.shaded {
                layout.push(Item::Fill {
                    x: cell.x,
                    y: top,
                    width: cell.width,
                    height,
                    color: Color::CELL,
                });
            }
        }
        let right = row.cells.last().map_or(grid.left, |cell| cell.x + cell.width);
        let (bottom, reach) = (top + height, grid.rule / 2.0);
        // Horizontal rules reach over the corners, so that these are square.
        let mut lines = vec![
            Stroke {
                from: (grid.left - reach, top),
                to: (right + reach, top),
            },
            Stroke {
                from: (grid.left - reach, bottom),
                to: (right + reach, bottom),
            },
            Stroke {
                from: (right, top),
                to: (right, bottom),
            },
        ];
        lines.extend(row.cells.iter().map(|cell| Stroke {
            from: (cell.x, top),
            to: (cell.x, bottom),
        }));
        layout.push(Item::Rules {
            lines,
            width: grid.rule,
            color: Color::RULE,
        });
        for item in layout {
            drawn.push(item.clone());
            self.sheet.put(Owner::Layout, item);
        }
        for cell in row.cells {
            let slack = height - 2.0 * grid.pad_y - cell.height();
            let mut y = top + grid.pad_y + if cell.middle { slack / 2.0 } else { 0.0 };
            let x = cell.x + grid.pad_x;
            for fragment in cell.fragments {
                let depth = fragment.height();
                match fragment {
                    Fragment::Line { line, leading, node } => {
                        for item in line_items(line, x, y, leading) {
                            drawn.push(item.clone());
                            self.sheet.put(Owner::Node(node), item);
                        }
                    }
                    Fragment::Fixed { parts, .. } => {
                        for (node, items) in parts {
                            for item in items {
                                self.sheet.put(Owner::Node(node), item.shifted(x, y));
                            }
                        }
                    }
                }
                y += depth;
            }
        }
        drawn
    }
}

struct Grid {
    columns: Vec<f32>,
    pad_x: f32,
    pad_y: f32,
    rule: f32,
    left: f32,
}

/// Cuts off the part of a row that fits into `room`; `None` if no cell can give anything. On an
/// untouched page every cell gives at least one piece, or the table would never end.
fn take_fitting(row: &mut LaidRow, room: f32, untouched: bool) -> Option<LaidRow> {
    let mut any = false;
    let mut cells = Vec::with_capacity(row.cells.len());
    for cell in &mut row.cells {
        let mut taken = std::collections::VecDeque::new();
        let mut used = 0.0;
        while let Some(next) = cell.fragments.front() {
            let height = next.height();
            let forced = untouched && taken.is_empty();
            if used + height > room + 0.01 && !forced {
                break;
            }
            used += height;
            any = true;
            taken.extend(cell.fragments.pop_front());
        }
        cells.push(LaidCell {
            x: cell.x,
            width: cell.width,
            shaded: cell.shaded,
            middle: false,
            fragments: taken,
        });
    }
    if any {
        row.min_height = 0.0;
        return Some(LaidRow {
            cells,
            min_height: 0.0,
        });
    }
    for (cell, part) in row.cells.iter_mut().zip(cells) {
        cell.fragments = part
            .fragments
            .into_iter()
            .chain(cell.fragments.drain(..))
            .collect();
    }
    None
}
