/** The fields on the pages and what can be done to them. No DOM, no network: only values. */

export type Kind = "seal" | "handwriting" | "name" | "text" | "check" | "date";

/** Points, origin at the top left of the displayed page. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Field extends Rect {
  id: string;
  document: string;
  page: number;
  party: string;
  kind: Kind;
  label: string;
  required: boolean;
  font_size: number;
}

export interface PageSize {
  document: string;
  page: number;
  width: number;
  height: number;
}

export const MIN_SIZE = 6;

export const SIZES: Record<Kind, { width: number; height: number }> = {
  seal: { width: 64, height: 64 },
  handwriting: { width: 120, height: 44 },
  name: { width: 150, height: 20 },
  text: { width: 160, height: 20 },
  check: { width: 16, height: 16 },
  date: { width: 120, height: 20 },
};

/** Kinds whose letters have a size. */
export function hasText(kind: Kind): boolean {
  return kind === "name" || kind === "text" || kind === "date";
}

/** Half points are as fine as anyone places by hand. */
export function tidy(value: number): number {
  return Math.round(value * 2) / 2;
}

/** The rectangle moved and, if it must, shrunk so that it lies on the page. */
export function inside(rect: Rect, page: { width: number; height: number }): Rect {
  const width = Math.min(Math.max(rect.width, MIN_SIZE), page.width);
  const height = Math.min(Math.max(rect.height, MIN_SIZE), page.height);
  return {
    x: Math.min(Math.max(rect.x, 0), page.width - width),
    y: Math.min(Math.max(rect.y, 0), page.height - height),
    width,
    height,
  };
}

/** The rectangle without what reaches over the edges of the page; a square stays square. */
export function cut(rect: Rect, page: { width: number; height: number }, square: boolean): Rect {
  const x = Math.max(0, rect.x);
  const y = Math.max(0, rect.y);
  let width = Math.max(MIN_SIZE, Math.min(rect.x + rect.width, page.width) - x);
  let height = Math.max(MIN_SIZE, Math.min(rect.y + rect.height, page.height) - y);
  if (square) width = height = Math.min(width, height);
  return inside({ x, y, width, height }, page);
}

export type Edge = "left" | "center" | "right" | "top";

/** Fields lined up at the edge of the first of them. */
export function align(fields: readonly Field[], edge: Edge): Field[] {
  const first = fields[0];
  if (!first) return [];
  return fields.map((field) => {
    switch (edge) {
      case "left":
        return { ...field, x: first.x };
      case "center":
        return { ...field, x: tidy(first.x + first.width / 2 - field.width / 2) };
      case "right":
        return { ...field, x: tidy(first.x + first.width - field.width) };
      case "top":
        return { ...field, y: first.y };
    }
  });
}

/** Fields with equal gaps between the uppermost and the lowest. */
export function distribute(fields: readonly Field[]): Field[] {
  if (fields.length < 3) return [...fields];
  const sorted = [...fields].sort((a, b) => a.y - b.y);
  const first = sorted[0]!;
  const last = sorted[sorted.length - 1]!;
  const room = last.y - (first.y + first.height);
  const taken = sorted.slice(1, -1).reduce((sum, field) => sum + field.height, 0);
  const gap = (room - taken) / (sorted.length - 1);
  let y = first.y + first.height + gap;
  return sorted.map((field, index) => {
    if (index === 0 || index === sorted.length - 1) return field;
    const placed = { ...field, y: tidy(y) };
    y += field.height + gap;
    return placed;
  });
}

export interface Guide {
  axis: "x" | "y";
  at: number;
}

/** How far a rectangle must move to stand in line with others, and the lines to show. */
export function snap(rect: Rect, others: readonly Rect[], reach: number): { dx: number; dy: number; guides: Guide[] } {
  const best = (own: number[], lines: number[]): { shift: number; at: number } | null => {
    let found: { shift: number; at: number } | null = null;
    for (const line of lines) {
      for (const edge of own) {
        const shift = line - edge;
        if (Math.abs(shift) <= reach && (!found || Math.abs(shift) < Math.abs(found.shift))) found = { shift, at: line };
      }
    }
    return found;
  };
  const x = best(
    [rect.x, rect.x + rect.width / 2, rect.x + rect.width],
    others.flatMap((o) => [o.x, o.x + o.width / 2, o.x + o.width]),
  );
  const y = best(
    [rect.y, rect.y + rect.height / 2, rect.y + rect.height],
    others.flatMap((o) => [o.y, o.y + o.height / 2, o.y + o.height]),
  );
  const guides: Guide[] = [];
  if (x) guides.push({ axis: "x", at: x.at });
  if (y) guides.push({ axis: "y", at: y.at });
  return { dx: x?.shift ?? 0, dy: y?.shift ?? 0, guides };
}

/** Whether an edge or the middle of the rectangle stands on the line, within half a point. */
export function touches(rect: Rect, guide: Guide): boolean {
  const [start, size] = guide.axis === "x" ? [rect.x, rect.width] : [rect.y, rect.height];
  return [start, start + size / 2, start + size].some((edge) => Math.abs(edge - guide.at) <= 0.5);
}

/** A corner or side that is dragged: -1, 0 or 1 on each axis. */
export interface Handle {
  h: -1 | 0 | 1;
  v: -1 | 0 | 1;
}

/** A rectangle resized at a handle. A seal stays square. */
export function resize(rect: Rect, handle: Handle, dx: number, dy: number, square: boolean): Rect {
  let width = Math.max(MIN_SIZE, rect.width + handle.h * dx);
  let height = Math.max(MIN_SIZE, rect.height + handle.v * dy);
  if (square) {
    const size = handle.h === 0 ? height : handle.v === 0 ? width : Math.max(width, height);
    width = size;
    height = size;
  }
  return {
    x: handle.h < 0 ? rect.x + rect.width - width : rect.x,
    y: handle.v < 0 ? rect.y + rect.height - height : rect.y,
    width,
    height,
  };
}

/** The list of fields with its past and future. Steps with the same key in a row (nudging) are one step back. */
export class History {
  #past: (readonly Field[])[] = [];
  #future: (readonly Field[])[] = [];
  #key: string | null = null;

  constructor(private current: readonly Field[]) {}

  get fields(): readonly Field[] {
    return this.current;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  set(fields: readonly Field[], key: string | null = null): void {
    if (key === null || key !== this.#key) this.#past.push(this.current);
    if (this.#past.length > 200) this.#past.shift();
    this.#key = key;
    this.#future = [];
    this.current = fields;
  }

  undo(): boolean {
    const before = this.#past.pop();
    if (!before) return false;
    this.#future.push(this.current);
    this.current = before;
    this.#key = null;
    return true;
  }

  redo(): boolean {
    const after = this.#future.pop();
    if (!after) return false;
    this.#past.push(this.current);
    this.current = after;
    this.#key = null;
    return true;
  }

  /** The server gave lasting ids to new fields: past and future must know them too. */
  rename(ids: ReadonlyMap<string, string>): void {
    if (ids.size === 0) return;
    const renamed = (fields: readonly Field[]): readonly Field[] =>
      fields.map((field) => {
        const id = ids.get(field.id);
        return id === undefined ? field : { ...field, id };
      });
    this.current = renamed(this.current);
    this.#past = this.#past.map(renamed);
    this.#future = this.#future.map(renamed);
  }
}
