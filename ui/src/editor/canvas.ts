/** Draws fields on the pages: one SVG per page, one unit per point. Elements stay the same while their field lives. */
import { all, need, s } from "../lib/dom";
import { type Field, type Guide, type Handle, type PageSize } from "./model";

export const HANDLES: Handle[] = [
  { h: -1, v: -1 },
  { h: 0, v: -1 },
  { h: 1, v: -1 },
  { h: -1, v: 0 },
  { h: 1, v: 0 },
  { h: -1, v: 1 },
  { h: 0, v: 1 },
  { h: 1, v: 1 },
];

export interface Sheet extends PageSize {
  element: HTMLElement;
  svg: SVGSVGElement;
  /** What the document allows: everything, signatures, existing, nothing. */
  allows: string;
}

export interface Look {
  letter: string;
  /** The class that gives the colour. */
  party: string;
  label: string;
  spoken: string;
}

export function sheets(root: ParentNode): Sheet[] {
  return all(root, ".sheetpage[data-document]").map((element) => ({
    element,
    svg: need<SVGSVGElement>(element, ".page > svg"),
    document: element.dataset["document"] ?? "",
    page: Number(element.dataset["page"]),
    width: Number(element.dataset["width"]),
    height: Number(element.dataset["height"]),
    allows: element.dataset["allows"] ?? "everything",
  }));
}

/** Points on the page for a place on the screen. */
export function toPage(sheet: Sheet, clientX: number, clientY: number): { x: number; y: number } {
  const box = sheet.svg.getBoundingClientRect();
  return {
    x: ((clientX - box.left) / box.width) * sheet.width,
    y: ((clientY - box.top) / box.height) * sheet.height,
  };
}

/** Points per pixel of the screen. */
export function unit(sheet: Sheet): number {
  return sheet.width / Math.max(1, sheet.svg.getBoundingClientRect().width);
}

export class Canvas {
  #groups = new Map<string, SVGGElement>();

  constructor(
    readonly sheets: Sheet[],
    private readonly look: (field: Field) => Look,
  ) {}

  sheetOf(field: { document: string; page: number }): Sheet | undefined {
    return this.sheets.find((sheet) => sheet.document === field.document && sheet.page === field.page);
  }

  group(id: string): SVGGElement | undefined {
    return this.#groups.get(id);
  }

  rename(ids: ReadonlyMap<string, string>): void {
    for (const [from, to] of ids) {
      const group = this.#groups.get(from);
      if (!group) continue;
      this.#groups.delete(from);
      group.dataset["field"] = to;
      this.#groups.set(to, group);
    }
  }

  draw(fields: readonly Field[], selected: ReadonlySet<string>, wrong: ReadonlySet<string>): void {
    const alive = new Set(fields.map((field) => field.id));
    for (const [id, group] of this.#groups) {
      if (alive.has(id)) continue;
      group.remove();
      this.#groups.delete(id);
    }
    for (const field of fields) {
      const sheet = this.sheetOf(field);
      if (!sheet) continue;
      let group = this.#groups.get(field.id);
      if (!group) {
        group = s("g", { tabindex: "0", role: "button" });
        group.dataset["field"] = field.id;
        this.#groups.set(field.id, group);
      }
      if (group.parentNode !== sheet.svg) sheet.svg.append(group);
      this.#paint(group, field, sheet, selected.has(field.id), wrong.has(field.id));
    }
  }

  #paint(group: SVGGElement, field: Field, sheet: Sheet, selected: boolean, wrong: boolean): void {
    const look = this.look(field);
    const classes = ["pf", look.party, field.required ? "pf--req" : "pf--opt"];
    if (selected) classes.push("pf--sel");
    if (wrong) classes.push("pf--bad");
    group.setAttribute("class", classes.join(" "));
    group.setAttribute("aria-pressed", String(selected));
    const px = unit(sheet);
    const { x, y, width, height } = field;
    const parts: SVGElement[] = [s("title", {}, look.spoken)];
    const reach = Math.max(0, (44 * px - width) / 2);
    const reachY = Math.max(0, (44 * px - height) / 2);
    const touch = matchMedia("(pointer: coarse)").matches;
    if (touch) {
      parts.push(s("rect", { class: "hit", x: x - reach, y: y - reachY, width: width + reach * 2, height: height + reachY * 2 }));
    }
    parts.push(s("rect", { class: "box", x, y, width, height }));
    const star = field.required ? " *" : "";
    if (width < 40) {
      parts.push(text("lab", x + width / 2, y + height / 2, look.letter, "middle"));
    } else if (height <= 26) {
      parts.push(s("rect", { class: "tab", x, y, width: 15, height }));
      parts.push(text("tab-t", x + 7.5, y + height / 2, look.letter, "middle"));
      parts.push(text("lab", x + 20, y + height / 2, look.label + star, "start"));
    } else {
      parts.push(s("rect", { class: "tab", x, y, width: 15, height: 15 }));
      parts.push(text("tab-t", x + 7.5, y + 7.5, look.letter, "middle"));
      parts.push(text("lab", x + width / 2, y + height / 2 + 2, look.label + star, "middle"));
    }
    if (selected) {
      const half = 4 * px;
      const grip = (touch ? 18 : 7) * px;
      HANDLES.forEach((handle, index) => {
        const cx = x + (width * (handle.h + 1)) / 2;
        const cy = y + (height * (handle.v + 1)) / 2;
        parts.push(s("rect", { class: "handle", x: cx - half, y: cy - half, width: half * 2, height: half * 2 }));
        const zone = s("rect", { class: `grip grip--${cursor(handle)}`, x: cx - grip, y: cy - grip, width: grip * 2, height: grip * 2 });
        zone.dataset["handle"] = String(index);
        parts.push(zone);
      });
    }
    group.replaceChildren(...parts);
  }

  guides(sheet: Sheet, guides: Guide[]): void {
    for (const line of all<SVGLineElement>(sheet.svg, ".guide")) line.remove();
    for (const guide of guides) {
      const line =
        guide.axis === "x"
          ? s("line", { class: "guide", x1: guide.at, x2: guide.at, y1: 0, y2: sheet.height })
          : s("line", { class: "guide", x1: 0, x2: sheet.width, y1: guide.at, y2: guide.at });
      sheet.svg.prepend(line);
    }
  }
}

function text(name: string, x: number, y: number, words: string, anchor: "start" | "middle"): SVGTextElement {
  return s("text", { class: name, x, y, "text-anchor": anchor, "dominant-baseline": "central", "aria-hidden": "true" }, words);
}

function cursor(handle: Handle): string {
  if (handle.h === 0) return "ns";
  if (handle.v === 0) return "ew";
  return handle.h === handle.v ? "nwse" : "nesw";
}
