/**
 * `<field-editor>`: places what the parties fill in. The server's page brings pages, parties, palette and the form of
 * properties; this loads the fields, lets them be moved by pointer and keyboard, and saves them while one works.
 */
import { all, debounce, fill, h, need, one, texts } from "../lib/dom";
import { Problem, send } from "../lib/http";
import { Canvas, HANDLES, type Sheet, sheets, toPage, unit } from "./canvas";
import {
  type Edge,
  type Field,
  History,
  type Kind,
  SIZES,
  align,
  cut,
  distribute,
  hasText,
  inside,
  resize,
  snap,
  tidy,
  touches,
} from "./model";
import { Autosave, type SaveState } from "./save";

interface Texts {
  kinds: Record<Kind, string>;
  required: string;
  field_name: string;
  placed: string;
  moved: string;
  deleted: string;
  outside: string;
  saving: string;
  saved: string;
  not_saved: string;
  conflict: string;
  reload: string;
  count: string;
  none: string;
  found: string;
}

interface Existing {
  name: string;
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
  kind: "signature" | "text" | "check";
}

interface Loaded {
  revision: number;
  documents: { id: string; existing: Existing[] }[];
  parties: { id: string; index: number; letter: string; name: string }[];
  fields: Field[];
}

type Drag =
  | { kind: "move"; pointer: number; sheet: Sheet; from: { x: number; y: number }; before: readonly Field[]; moved: boolean }
  | { kind: "resize"; pointer: number; sheet: Sheet; from: { x: number; y: number }; field: Field; handle: number };

const SNAP_PX = 6;
const DRAG_PX = 5;

class FieldEditor extends HTMLElement {
  #texts = texts<Texts>(this);
  #loaded!: Loaded;
  #history = new History([]);
  #canvas!: Canvas;
  #save!: Autosave;
  #selected = new Set<string>();
  #wrong = new Set<string>();
  #drag: Drag | null = null;
  #newIds = 0;
  #form!: HTMLFormElement;
  #scroller!: HTMLElement;
  #zoom = 0;

  async connectedCallback(): Promise<void> {
    this.#form = need(this, "[data-properties]");
    this.#scroller = need(this, "[data-scroller]");
    const source = this.dataset["src"] ?? "";
    try {
      this.#loaded = await send<Loaded>("GET", source);
    } catch (error) {
      this.#say(error instanceof Problem && error.status !== 0 ? error.words : this.#texts.not_saved);
      return;
    }
    this.#history = new History(this.#loaded.fields);
    this.#canvas = new Canvas(sheets(this), (field) => this.#look(field));
    this.#save = new Autosave(
      source,
      this.#loaded.revision,
      (state) => this.#showSaveState(state),
      (ids) => this.#rename(ids),
    );
    this.#bindPointer();
    this.#bindPalette();
    this.#bindKeys();
    this.#bindProperties();
    this.#bindRail();
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLButtonElement>("button[data-act]");
      if (button && button.getAttribute("aria-disabled") !== "true") this.#act(button.dataset["act"] ?? "");
    });
    addEventListener("resize", debounce(150, () => this.#draw()));
    this.#showExisting();
    this.#showZoom();
    this.#draw();
    this.dataset["ready"] = "";
  }

  // ---- state

  get #fields(): readonly Field[] {
    return this.#history.fields;
  }

  #chosen(): Field[] {
    return this.#fields.filter((field) => this.#selected.has(field.id));
  }

  #party(id: string): Loaded["parties"][number] | undefined {
    return this.#loaded.parties.find((party) => party.id === id);
  }

  #look(field: Field): { letter: string; party: string; label: string; spoken: string } {
    const party = this.#party(field.party);
    const label = field.label;
    return {
      letter: party?.letter ?? "",
      party: `p${((party?.index ?? 0) % 6) + 1}`,
      label: this.#texts.kinds[field.kind],
      spoken: `${label}${field.required ? `, ${this.#texts.required}` : ""}, ${this.#texts.kinds[field.kind]}`,
    };
  }

  #set(fields: readonly Field[], key: string | null = null): void {
    this.#history.set(fields, key);
    this.#changed();
  }

  #replace(changed: readonly Field[], key: string | null = null): void {
    const by = new Map(changed.map((field) => [field.id, field]));
    this.#set(
      this.#fields.map((field) => by.get(field.id) ?? field),
      key,
    );
  }

  #changed(): void {
    this.#wrong.clear();
    this.#save.save(this.#fields);
    this.#draw();
  }

  #rename(ids: ReadonlyMap<string, string>): void {
    this.#history.rename(ids);
    this.#canvas.rename(ids);
    this.#selected = new Set([...this.#selected].map((id) => ids.get(id) ?? id));
    this.#draw();
  }

  #select(ids: Iterable<string>): void {
    this.#selected = new Set(ids);
    this.#draw();
  }

  #draw(): void {
    this.#canvas.draw(this.#fields, this.#selected, this.#wrong);
    this.#showProperties();
    this.#showCounts();
    this.#enable("undo", this.#history.canUndo);
    this.#enable("redo", this.#history.canRedo);
  }

  #enable(act: string, on: boolean): void {
    const button = one(this, `button[data-act="${act}"]`);
    if (on) button?.removeAttribute("aria-disabled");
    else button?.setAttribute("aria-disabled", "true");
  }

  #say(words: string): void {
    need(this, "[data-announce]").textContent = words;
  }

  // ---- acts

  #act(act: string): void {
    const chosen = this.#chosen();
    switch (act) {
      case "undo":
        if (this.#history.undo()) this.#afterTravel();
        break;
      case "redo":
        if (this.#history.redo()) this.#afterTravel();
        break;
      case "delete":
        this.#delete(chosen);
        break;
      case "duplicate":
        this.#duplicate(chosen);
        break;
      case "copy-all":
        this.#copyToAllPages(chosen);
        break;
      case "align-left":
      case "align-center":
      case "align-right":
      case "align-top":
        if (chosen.length > 1) this.#replace(align(this.#inOrderOfChoice(chosen), act.slice(6) as Edge).map((f) => this.#onPage(f)));
        break;
      case "distribute":
        this.#replace(distribute(chosen));
        break;
      case "existing":
        this.#placeExisting();
        break;
      case "larger":
        this.#setZoom(this.#zoom * 1.2);
        break;
      case "smaller":
        this.#setZoom(this.#zoom / 1.2);
        break;
    }
  }

  /** The one that was chosen first leads. */
  #inOrderOfChoice(fields: Field[]): Field[] {
    const order = [...this.#selected];
    return [...fields].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  }

  #afterTravel(): void {
    const alive = new Set(this.#fields.map((field) => field.id));
    this.#selected = new Set([...this.#selected].filter((id) => alive.has(id)));
    this.#changed();
  }

  #delete(fields: Field[]): void {
    if (fields.length === 0) return;
    const gone = new Set(fields.map((field) => field.id));
    this.#selected.clear();
    this.#set(this.#fields.filter((field) => !gone.has(field.id)));
    this.#say(fill(this.#texts.deleted, { label: fields.map((field) => field.label).join(", ") }));
    this.#scroller.focus({ preventScroll: true });
  }

  #duplicate(fields: Field[]): void {
    if (fields.length === 0) return;
    const copies = fields.map((field) => this.#onPage({ ...field, id: this.#newId(), x: field.x + 12, y: field.y + 12 }));
    this.#selected = new Set(copies.map((field) => field.id));
    this.#set([...this.#fields, ...copies]);
    this.#focus(copies[0]);
  }

  #copyToAllPages(fields: Field[]): void {
    const copies = fields.flatMap((field) =>
      this.#canvas.sheets
        .filter((sheet) => sheet.document === field.document && sheet.page !== field.page)
        .filter((sheet) => !this.#fields.some((other) => other.party === field.party && other.kind === field.kind && sameplace(other, field, sheet)))
        .map((sheet) => this.#onPage({ ...field, id: this.#newId(), page: sheet.page })),
    );
    if (copies.length > 0) this.#set([...this.#fields, ...copies]);
  }

  #newId(): string {
    this.#newIds += 1;
    return `new-${this.#newIds}`;
  }

  #onPage(field: Field): Field {
    const sheet = this.#canvas.sheetOf(field);
    return sheet ? { ...field, ...inside(field, sheet) } : field;
  }

  #allowed(kind: Kind, sheet: Sheet): boolean {
    if (sheet.allows === "everything") return true;
    return sheet.allows === "signatures" && (kind === "seal" || kind === "handwriting");
  }

  #currentParty(): string {
    return one<HTMLInputElement>(this, 'input[name="who"]:checked')?.value ?? this.#loaded.parties[0]?.id ?? "";
  }

  #fresh(kind: Kind, sheet: Sheet, x: number, y: number): Field {
    const party = this.#currentParty();
    const size = SIZES[kind];
    const letter = this.#party(party)?.letter ?? "";
    return this.#onPage({
      id: this.#newId(),
      document: sheet.document,
      page: sheet.page,
      party,
      kind,
      label: fill(this.#texts.field_name, { letter, kind: this.#texts.kinds[kind] }),
      required: kind !== "text",
      x: tidy(x - size.width / 2),
      y: tidy(y - size.height / 2),
      ...size,
      font_size: 10.5,
    });
  }

  #place(kind: Kind, sheet: Sheet, x: number, y: number): void {
    if (!this.#allowed(kind, sheet)) {
      this.#say(one(sheet.element.parentElement ?? this, ".editor__note")?.textContent ?? this.#texts.outside);
      return;
    }
    const field = this.#fresh(kind, sheet, x, y);
    this.#selected = new Set([field.id]);
    this.#set([...this.#fields, field]);
    this.#say(fill(this.#texts.placed, { label: field.label, page: field.page }));
    this.#focus(field);
  }

  #focus(field: Field | undefined): void {
    if (field) this.#canvas.group(field.id)?.focus({ preventScroll: true });
  }

  // ---- the PDF's own form fields

  #existing(): { document: string; field: Existing }[] {
    return this.#loaded.documents.flatMap((document) => document.existing.map((field) => ({ document: document.id, field })));
  }

  #showExisting(): void {
    const found = this.#existing();
    const box = need(this, "[data-existing]");
    box.hidden = found.length === 0;
    need(box, "[data-existing-count]").textContent = fill(this.#texts.found, { n: found.length });
  }

  #placeExisting(): void {
    const kinds: Record<Existing["kind"], Kind> = { signature: "seal", text: "text", check: "check" };
    const placed = this.#existing().flatMap(({ document, field }) => {
      const sheet = this.#canvas.sheetOf({ document, page: field.page });
      const taken = this.#fields.some((other) => other.document === document && other.page === field.page && overlaps(other, field));
      if (!sheet || taken) return [];
      const { x, y, width, height } = field;
      const kind = kinds[field.kind];
      return [this.#onPage({ ...this.#fresh(kind, sheet, 0, 0), label: field.name, x, y, width, height })];
    });
    if (placed.length > 0) this.#set([...this.#fields, ...placed]);
    this.#select(placed.map((field) => field.id));
  }

  // ---- pointer

  #bindPointer(): void {
    for (const sheet of this.#canvas.sheets) {
      sheet.svg.addEventListener("pointerdown", (event) => this.#down(sheet, event));
    }
    this.addEventListener("pointermove", (event) => this.#moveTo(event));
    this.addEventListener("pointerup", (event) => this.#up(event));
    this.addEventListener("pointercancel", (event) => this.#up(event));
  }

  #down(sheet: Sheet, event: PointerEvent): void {
    if (event.button !== 0) return;
    const target = event.target as Element;
    const group = target.closest<SVGGElement>("g[data-field]");
    const field = this.#fields.find((one) => one.id === group?.dataset["field"]);
    if (!group || !field) {
      if (!event.shiftKey) this.#select([]);
      return;
    }
    event.preventDefault();
    const from = toPage(sheet, event.clientX, event.clientY);
    const handle = target.closest<SVGElement>("[data-handle]")?.dataset["handle"];
    sheet.svg.setPointerCapture(event.pointerId);
    if (handle !== undefined) {
      this.#drag = { kind: "resize", pointer: event.pointerId, sheet, from, field, handle: Number(handle) };
      return;
    }
    if (event.shiftKey) {
      const next = new Set(this.#selected);
      if (!next.delete(field.id)) next.add(field.id);
      this.#select(next);
    } else if (!this.#selected.has(field.id)) {
      this.#select([field.id]);
    }
    group.focus({ preventScroll: true });
    this.#drag = { kind: "move", pointer: event.pointerId, sheet, from, before: this.#fields, moved: false };
  }

  #moveTo(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag || drag.pointer !== event.pointerId) return;
    if (drag.kind === "resize") this.#resizeTo(drag, event);
    else this.#dragTo(drag, event);
  }

  #resizeTo(drag: Extract<Drag, { kind: "resize" }>, event: PointerEvent): void {
    const handle = HANDLES[drag.handle];
    if (!handle) return;
    const at = toPage(drag.sheet, event.clientX, event.clientY);
    const next = resize(drag.field, handle, at.x - drag.from.x, at.y - drag.from.y, drag.field.kind === "seal");
    const rect = cut(next, drag.sheet, drag.field.kind === "seal");
    const field = { ...drag.field, x: tidy(rect.x), y: tidy(rect.y), width: tidy(rect.width), height: tidy(rect.height) };
    this.#replace([field], `resize-${drag.pointer}-${drag.from.x}-${drag.from.y}`);
  }

  #dragTo(drag: Extract<Drag, { kind: "move" }>, event: PointerEvent): void {
    const at = toPage(drag.sheet, event.clientX, event.clientY);
    const px = unit(drag.sheet);
    const dx = at.x - drag.from.x;
    const dy = at.y - drag.from.y;
    if (!drag.moved && Math.hypot(dx, dy) < DRAG_PX * px) return;
    drag.moved = true;
    const moving = drag.before.filter((field) => this.#selected.has(field.id));
    const over = moving.length === 1 ? this.#sheetUnder(event.clientX, event.clientY) : undefined;
    const first = moving[0];
    const key = `move-${drag.pointer}-${drag.from.x}-${drag.from.y}`;
    if (first && over && over !== drag.sheet && this.#allowed(first.kind, over)) {
      const place = toPage(over, event.clientX, event.clientY);
      const rect = inside({ ...first, x: place.x - (drag.from.x - first.x), y: place.y - (drag.from.y - first.y) }, over);
      this.#canvas.guides(drag.sheet, []);
      this.#replace([{ ...first, ...rect, x: tidy(rect.x), y: tidy(rect.y), document: over.document, page: over.page }], key);
      return;
    }
    const still = drag.before.filter(
      (field) => !this.#selected.has(field.id) && field.document === drag.sheet.document && field.page === drag.sheet.page,
    );
    const box = bounds(moving.map((field) => ({ ...field, x: field.x + dx, y: field.y + dy })));
    if (!event.altKey && box) {
      const pulled = snap(box, still, SNAP_PX * px);
      const moved = this.#shift(moving, dx + pulled.dx, dy + pulled.dy);
      const now = bounds(moved);
      // At the edge of the page a field may stop short of the line: then there is none to show.
      const held = pulled.guides.filter((guide) => now && touches(now, guide));
      this.#canvas.guides(drag.sheet, held);
      this.#replace(moved, key);
    } else {
      this.#canvas.guides(drag.sheet, []);
      this.#replace(this.#shift(moving, dx, dy), key);
    }
  }

  /** Fields moved together; none leaves its page. */
  #shift(fields: readonly Field[], dx: number, dy: number): Field[] {
    let x = dx;
    let y = dy;
    for (const field of fields) {
      const sheet = this.#canvas.sheetOf(field);
      if (!sheet) continue;
      x = Math.max(-field.x, Math.min(x, sheet.width - field.width - field.x));
      y = Math.max(-field.y, Math.min(y, sheet.height - field.height - field.y));
    }
    return fields.map((field) => ({ ...field, x: tidy(field.x + x), y: tidy(field.y + y) }));
  }

  #up(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag || drag.pointer !== event.pointerId) return;
    this.#drag = null;
    this.#canvas.guides(drag.sheet, []);
    const chosen = this.#chosen()[0];
    if (chosen) this.#say(fill(this.#texts.moved, { left: chosen.x, top: chosen.y }));
  }

  #sheetUnder(clientX: number, clientY: number): Sheet | undefined {
    return this.#canvas.sheets.find((sheet) => {
      const box = sheet.svg.getBoundingClientRect();
      return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
    });
  }

  // ---- palette

  #bindPalette(): void {
    for (const button of all<HTMLButtonElement>(this, ".palette button")) {
      const kind = button.dataset["kind"] as Kind;
      let start: { x: number; y: number } | null = null;
      let ghost: HTMLElement | null = null;
      let dragged = false;
      const finish = (): void => {
        ghost?.remove();
        ghost = null;
        start = null;
        for (const target of all(this, ".is-target")) target.classList.remove("is-target");
      };
      button.addEventListener("pointerdown", (event) => {
        if (event.button !== 0 || event.pointerType === "touch") return;
        start = { x: event.clientX, y: event.clientY };
        button.setPointerCapture(event.pointerId);
      });
      button.addEventListener("pointermove", (event) => {
        if (!start) return;
        if (!ghost) {
          if (Math.hypot(event.clientX - start.x, event.clientY - start.y) < DRAG_PX) return;
          const party = this.#party(this.#currentParty());
          ghost = h("div", { class: `ghost p${((party?.index ?? 0) % 6) + 1}` }, this.#texts.kinds[kind]);
          document.body.append(ghost);
        }
        ghost.style.left = `${event.clientX + 8}px`;
        ghost.style.top = `${event.clientY + 8}px`;
        const under = this.#sheetUnder(event.clientX, event.clientY);
        for (const sheet of this.#canvas.sheets) {
          need(sheet.element, ".page").classList.toggle("is-target", sheet === under && this.#allowed(kind, sheet));
        }
      });
      button.addEventListener("pointerup", (event) => {
        dragged = ghost !== null;
        const sheet = dragged ? this.#sheetUnder(event.clientX, event.clientY) : undefined;
        finish();
        if (!dragged) return;
        // The click that follows a drag must not place a second one.
        setTimeout(() => {
          dragged = false;
        }, 0);
        if (sheet) {
          const at = toPage(sheet, event.clientX, event.clientY);
          this.#place(kind, sheet, at.x, at.y);
        }
      });
      button.addEventListener("pointercancel", finish);
      button.addEventListener("click", () => {
        if (!dragged) this.#placeInView(kind);
      });
    }
  }

  /** By keyboard or touch: into the middle of what is seen of the present page. */
  #placeInView(kind: Kind): void {
    const sheet = this.#currentSheet();
    if (!sheet) return;
    const box = sheet.svg.getBoundingClientRect();
    const view = this.#viewBox();
    const top = Math.max(box.top, view.top);
    const bottom = Math.min(box.bottom, view.bottom);
    const at = toPage(sheet, box.left + box.width / 2, (top + bottom) / 2);
    // A second one of the same kind must not hide the first.
    const taken = (y: number): boolean => this.#fields.some((f) => f.document === sheet.document && f.page === sheet.page && Math.abs(f.y + f.height / 2 - y) < 6 && Math.abs(f.x + f.width / 2 - at.x) < 6);
    let y = at.y;
    while (taken(y) && y < sheet.height - 40) y += SIZES[kind].height + 8;
    this.#place(kind, sheet, at.x, y);
  }

  #viewBox(): { top: number; bottom: number } {
    const own = this.#scroller.getBoundingClientRect();
    const scrolls = this.#scroller.scrollHeight > this.#scroller.clientHeight + 1;
    return scrolls ? own : { top: 0, bottom: innerHeight };
  }

  #currentSheet(): Sheet | undefined {
    const view = this.#viewBox();
    let best: Sheet | undefined;
    let most = -Infinity;
    for (const sheet of this.#canvas.sheets) {
      const box = sheet.svg.getBoundingClientRect();
      const seen = Math.min(box.bottom, view.bottom) - Math.max(box.top, view.top);
      if (seen > most + 1) {
        most = seen;
        best = sheet;
      }
    }
    return best;
  }

  // ---- keyboard

  #bindKeys(): void {
    this.addEventListener("keydown", (event) => {
      const target = event.target as Element;
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key.toLowerCase() === "z" && !target.matches("input, textarea")) {
        event.preventDefault();
        this.#act(event.shiftKey ? "redo" : "undo");
        return;
      }
      if (command && event.key.toLowerCase() === "y" && !target.matches("input, textarea")) {
        event.preventDefault();
        this.#act("redo");
        return;
      }
      const group = target.closest<SVGGElement>("g[data-field]");
      if (group) this.#fieldKey(event, group.dataset["field"] ?? "", command);
    });
    this.addEventListener("focusin", (event) => {
      const id = (event.target as Element).closest<SVGGElement>("g[data-field]")?.dataset["field"];
      if (id && !this.#selected.has(id) && !this.#drag) this.#select([id]);
    });
  }

  #fieldKey(event: KeyboardEvent, id: string, command: boolean): void {
    const chosen = this.#chosen();
    const steps: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    if (step) {
      event.preventDefault();
      const by = event.shiftKey ? 10 : 1;
      const [dx, dy] = [step[0] * by, step[1] * by];
      if (event.altKey) {
        this.#replace(chosen.map((field) => this.#onPage({ ...field, ...resize(field, { h: 1, v: 1 }, dx, dy, false) })), `grow-${id}`);
      } else {
        this.#replace(this.#shift(chosen, dx, dy), `nudge-${id}`);
      }
      const field = this.#chosen()[0];
      if (field) this.#say(fill(this.#texts.moved, { left: field.x, top: field.y }));
      return;
    }
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.#delete(chosen);
    } else if (command && event.key.toLowerCase() === "d") {
      event.preventDefault();
      this.#duplicate(chosen);
    } else if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      need<HTMLInputElement>(this.#form, 'input[name="label"]').focus();
    } else if (event.key === "Escape") {
      this.#select([]);
    } else if (event.key === " ") {
      event.preventDefault();
      this.#select([id]);
    }
  }

  // ---- properties

  #bindProperties(): void {
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#form.addEventListener("input", (event) => {
      const input = event.target as HTMLInputElement | HTMLSelectElement;
      this.#change(input.name, input);
    });
  }

  #change(name: string, input: HTMLInputElement | HTMLSelectElement): void {
    const chosen = this.#chosen();
    if (chosen.length === 0) return;
    const key = `property-${name}-${[...this.#selected].join()}`;
    const number = Number(input.value);
    switch (name) {
      case "required":
        this.#replace(chosen.map((field) => ({ ...field, required: (input as HTMLInputElement).checked })));
        break;
      case "label":
        if (input.value.trim() !== "") this.#replace(chosen.map((field) => ({ ...field, label: input.value })), key);
        break;
      case "party":
        this.#replace(chosen.map((field) => ({ ...field, party: input.value })));
        break;
      case "font_size":
        if (number >= 6 && number <= 36) this.#replace(chosen.map((field) => ({ ...field, font_size: number })), key);
        break;
      case "x":
      case "y":
      case "width":
      case "height":
        if (Number.isFinite(number) && input.value !== "") {
          this.#replace(chosen.map((field) => this.#onPage({ ...field, [name]: number })), key);
        }
        break;
    }
  }

  #showProperties(): void {
    const chosen = this.#inOrderOfChoice(this.#chosen());
    const field = chosen[0];
    this.#form.hidden = !field;
    need(this, "[data-nothing]").hidden = field !== undefined;
    if (!field) return;
    const look = this.#look(field);
    const tag = need(this.#form, "[data-prop-tag]");
    tag.className = `party-tag ${look.party}`;
    tag.textContent = look.letter;
    need(this.#form, "[data-prop-title]").textContent = chosen.length > 1 ? fill(this.#texts.count, { n: chosen.length }) : field.label;
    const set = (name: string, value: string): void => {
      const input = need<HTMLInputElement>(this.#form, `[name="${name}"]`);
      if (document.activeElement !== input) input.value = value;
    };
    need<HTMLInputElement>(this.#form, '[name="required"]').checked = field.required;
    set("label", field.label);
    set("party", field.party);
    set("font_size", String(field.font_size));
    for (const name of ["x", "y", "width", "height"] as const) set(name, String(field[name]));
    need(this.#form, "[data-font]").hidden = !hasText(field.kind);
    for (const act of ["align-left", "align-center", "align-right", "align-top"]) this.#enable(act, chosen.length > 1);
    this.#enable("distribute", chosen.length > 2);
    this.#enable("copy-all", this.#canvas.sheets.filter((sheet) => sheet.document === field.document).length > 1);
  }

  // ---- counts, rail, zoom, saving

  #showCounts(): void {
    for (const party of this.#loaded.parties) {
      const count = this.#fields.filter((field) => field.party === party.id).length;
      const place = one(this, `[data-party-count="${party.id}"]`);
      if (place) place.textContent = fill(this.#texts.count, { n: count });
    }
    for (const sheet of this.#canvas.sheets) {
      const thumb = one(this, `[data-thumb="${sheet.document}-${sheet.page}"]`);
      if (!thumb) continue;
      const here = this.#fields.filter((field) => field.document === sheet.document && field.page === sheet.page);
      const parties = this.#loaded.parties.filter((party) => here.some((field) => field.party === party.id));
      const dots = parties.slice(0, 6).map((party) => h("i", { class: `p${(party.index % 6) + 1}` }));
      need(thumb, ".thumb__dots").replaceChildren(...dots);
      const words = here.length === 0 ? this.#texts.none : fill(this.#texts.count, { n: here.length });
      need(thumb, "[data-thumb-count]").textContent = `, ${words}`;
    }
  }

  #bindRail(): void {
    for (const thumb of all<HTMLAnchorElement>(this, "[data-thumb]")) {
      thumb.addEventListener("click", (event) => {
        event.preventDefault();
        document.getElementById(thumb.dataset["thumb"] ?? "")?.scrollIntoView({ block: "start" });
      });
    }
    const mark = (): void => {
      const sheet = this.#currentSheet();
      for (const thumb of all(this, "[data-thumb]")) {
        const here = sheet !== undefined && thumb.dataset["thumb"] === `${sheet.document}-${sheet.page}`;
        if (here && thumb.getAttribute("aria-current") === null) {
          thumb.setAttribute("aria-current", "page");
          thumb.scrollIntoView({ block: "nearest", inline: "nearest" });
        } else if (!here) {
          thumb.removeAttribute("aria-current");
        }
      }
    };
    const marked = debounce(80, mark);
    this.#scroller.addEventListener("scroll", marked);
    addEventListener("scroll", marked);
    mark();
  }

  #showZoom(): void {
    const sheet = this.#canvas.sheets[0];
    if (!sheet) return;
    this.#zoom = sheet.svg.getBoundingClientRect().width / sheet.width;
    need(this, "[data-zoom-value]").textContent = `${Math.round(this.#zoom * 100)}%`;
  }

  #setZoom(zoom: number): void {
    const sheet = this.#canvas.sheets[0];
    if (!sheet) return;
    const width = Math.min(2400, Math.max(240, sheet.width * zoom));
    this.#scroller.style.setProperty("--sheet-width", `${width}px`);
    this.#showZoom();
    this.#draw();
  }

  #showSaveState(state: SaveState): void {
    const place = one(document, "save-state");
    if (!place) return;
    place.classList.toggle("is-bad", state.kind !== "saved" && state.kind !== "saving");
    switch (state.kind) {
      case "saving":
        place.textContent = this.#texts.saving;
        break;
      case "saved": {
        const time = new Intl.DateTimeFormat("ja", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" }).format(state.at);
        place.textContent = fill(this.#texts.saved, { time });
        break;
      }
      case "waiting":
        place.textContent = this.#texts.not_saved;
        break;
      case "conflict": {
        const reload = h("button", { class: "btn btn--s", type: "button" }, this.#texts.reload);
        reload.addEventListener("click", () => location.reload());
        place.replaceChildren(this.#texts.conflict, " ", reload);
        break;
      }
      case "refused":
        this.#wrong = new Set(state.errors.map((error) => error.field));
        place.textContent = [state.words, ...state.errors.map((error) => error.message)].join(" ");
        this.#draw();
        break;
    }
  }
}

function bounds(fields: readonly Field[]): { x: number; y: number; width: number; height: number } | null {
  if (fields.length === 0) return null;
  const x = Math.min(...fields.map((f) => f.x));
  const y = Math.min(...fields.map((f) => f.y));
  const right = Math.max(...fields.map((f) => f.x + f.width));
  const bottom = Math.max(...fields.map((f) => f.y + f.height));
  return { x, y, width: right - x, height: bottom - y };
}

function overlaps(a: { x: number; y: number; width: number; height: number }, b: typeof a): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function sameplace(other: Field, field: Field, sheet: Sheet): boolean {
  return other.document === sheet.document && other.page === sheet.page && Math.abs(other.x - field.x) < 1 && Math.abs(other.y - field.y) < 1;
}

export function startFieldEditor(): void {
  customElements.define("field-editor", FieldEditor);
}
