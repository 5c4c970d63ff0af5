/**
 * `<signing-page>`: reading and filling. The server's page already works as a form; this saves each value at once,
 * leads from field to field, records which pages were in view, and shows the confirmation over the documents.
 */
import { all, debounce, fill, fragment, icon, need, one, texts } from "../lib/dom";
import { Problem, page, send, wait } from "../lib/http";
import { showDialog } from "./dialogs";
import { HandwritingPad } from "./pad";
import { SealChoice } from "./seal-choice";
import { ViewWatch } from "./views";
import { type ZoomTexts, zoom } from "./zoom";

interface Texts extends ZoomTexts {
  next_named: string;
  next_page: string;
  proceed: string;
  required: string;
  shown: string;
  not_saved: string;
  saving: string;
  saved: string;
  pad_empty: string;
  drawn_alt: string;
  seal_alt: string;
  close: string;
  state_done: string;
  state_open: string;
}

interface Saved {
  filled: boolean;
  preview: string | null;
}

const RETRY_MS = [2000, 4000, 8000, 15_000, 30_000];

class SigningPage extends HTMLElement {
  #texts = texts<Texts>(this);
  #base = this.dataset["base"] ?? "";
  #narrow = matchMedia("(max-width: 63.99rem)");
  #side!: HTMLElement;
  #items!: HTMLElement[];
  #views: ViewWatch | null = null;
  #unsent = new Set<HTMLElement>();
  #sending = false;
  #opener: HTMLElement | null = null;

  connectedCallback(): void {
    this.#side = need(this, "#todo");
    this.#items = all(this, "[data-item]");
    this.classList.add("is-live");
    for (const button of all<HTMLButtonElement>(this, "[data-zoom], [data-close-list]")) button.hidden = false;
    // Each value is saved as it is typed; nothing is sent by the form itself.
    need<HTMLFormElement>(this, "form[data-fields]").addEventListener("submit", (event) => event.preventDefault());
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#side.classList.contains("is-open")) this.#closeList();
    });
    for (const item of this.#items) this.#bind(item);
    this.#sizeHits();
    addEventListener("resize", debounce(150, () => this.#sizeHits()));
    addEventListener("pagehide", () => this.#flushOnLeave());
    this.#watch();
    this.#update();
  }

  disconnectedCallback(): void {
    this.#views?.stop();
  }

  // ---- where to go next

  #open(item: HTMLElement): boolean {
    return item.dataset["filled"] === undefined;
  }

  #nextItem(): HTMLElement | undefined {
    return this.#items.find((item) => item.dataset["required"] !== undefined && this.#open(item));
  }

  #sheets(): HTMLElement[] {
    return all(this, ".sheetpage");
  }

  #nextSheet(): HTMLElement | undefined {
    return this.#sheets().find((sheet) => sheet.dataset["shown"] === undefined);
  }

  /** Reading comes first, then the fields, then the act. */
  #step(): { label: string; act: () => void; ready: boolean } {
    const sheet = this.#nextSheet();
    const item = this.#nextItem();
    if (item && (!sheet || this.#itemIsNear(item))) {
      const label = fill(this.#texts.next_named, { label: item.dataset["label"] ?? "" });
      return { label, act: () => this.#show(item), ready: false };
    }
    if (sheet) return { label: this.#texts.next_page, act: () => this.#scrollTo(sheet), ready: false };
    return { label: this.#texts.proceed, act: () => void this.#confirm(), ready: true };
  }

  /** Every page up to the field's own has been read. */
  #itemIsNear(item: HTMLElement): boolean {
    const sheet = this.#boxOf(item)?.closest<HTMLElement>(".sheetpage");
    if (!sheet) return true;
    const sheets = this.#sheets();
    const before = sheets.slice(0, sheets.indexOf(sheet) + 1);
    return before.every((one) => one.dataset["shown"] !== undefined);
  }

  #scrollTo(element: Element): void {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  }

  #boxOf(item: HTMLElement): SVGAElement | null {
    return one<SVGAElement>(this, `a.pf[data-field="${item.dataset["item"] ?? ""}"]`);
  }

  #itemOf(id: string | undefined): HTMLElement | undefined {
    return this.#items.find((item) => item.dataset["item"] === id);
  }

  #click(event: MouseEvent): void {
    const target = event.target as Element;
    const pick = <T extends Element>(selector: string): T | null => target.closest<T>(selector);
    const box = pick<SVGAElement>("a.pf");
    if (box) {
      event.preventDefault();
      const item = this.#itemOf(box.dataset["field"]);
      if (item) this.#show(item);
      return;
    }
    if (pick("[data-step]")) {
      event.preventDefault();
      this.#step().act();
    } else if (pick("[data-open-list]")) {
      event.preventDefault();
      this.#openList(pick("[data-open-list]"));
    } else if (pick("[data-close-list]")) {
      this.#closeList();
    } else if (pick("[data-next-page]")) {
      event.preventDefault();
      this.#closeList();
      const sheet = this.#nextSheet() ?? this.#sheets()[0];
      if (sheet) this.#scrollTo(sheet);
    } else if (pick("[data-proceed]") && !pick('[aria-disabled="true"]')) {
      event.preventDefault();
      void this.#confirm();
    } else if (pick("[data-zoom]")) {
      const sheet = pick<HTMLElement>(".sheetpage");
      const document = pick<HTMLElement>("[data-document]");
      if (!sheet || !document) return;
      const title = one(sheet, ".pageno span")?.textContent ?? "";
      const url = `${this.#base}/documents/${document.dataset["document"] ?? ""}/file.pdf`;
      void zoom(url, Number(sheet.dataset["page"]), title, this.#texts);
    }
  }

  /** Shows a field's control and puts the focus into it. */
  #show(item: HTMLElement): void {
    const details = need<HTMLDetailsElement>(item, "details");
    details.open = true;
    const box = this.#boxOf(item);
    if (this.#narrow.matches) this.#openList(box as unknown as HTMLElement | null);
    else box?.closest(".sheetpage")?.scrollIntoView({ block: "nearest" });
    for (const other of all(this, ".pf--now")) other.classList.remove("pf--now");
    box?.classList.add("pf--now");
    const control = one<HTMLElement>(details, "input:not([type=hidden]):not([hidden]), canvas");
    control?.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }

  // ---- the list as a sheet on a phone

  #openList(opener: HTMLElement | null): void {
    if (!this.#narrow.matches) {
      this.#side.focus();
      return;
    }
    this.#opener = opener;
    this.#side.classList.add("is-open");
    this.#side.setAttribute("role", "dialog");
    this.#side.setAttribute("aria-modal", "true");
    for (const element of this.#behind()) element.inert = true;
    if (!this.#side.contains(document.activeElement)) this.#side.focus();
  }

  #closeList(): void {
    if (!this.#side.classList.contains("is-open")) return;
    this.#side.classList.remove("is-open");
    this.#side.removeAttribute("role");
    this.#side.removeAttribute("aria-modal");
    for (const element of this.#behind()) element.inert = false;
    (this.#opener ?? one(this, "[data-step]"))?.focus();
  }

  #behind(): HTMLElement[] {
    return [...all(this, ".signing__doc, .sign__bar"), ...all(document, ".sign__top")];
  }

  // ---- values

  #bind(item: HTMLElement): void {
    const kind = item.dataset["kind"];
    const saver = new Saver(
      (value) => send<Saved>("PUT", `${this.#base}/fields/${item.dataset["item"] ?? ""}`, { value }),
      (state) => this.#showState(item, state),
    );
    const input = one<HTMLInputElement>(item, "input[id^='c-']");
    if (kind === "seal") {
      const choice = need<SealChoice>(item, "seal-choice");
      choice.addEventListener("markchosen", () => {
        const value = choice.value();
        if (value) saver.save(value);
        else this.#showError(item, this.#texts.pad_empty);
      });
    } else if (kind === "handwriting") {
      const pad = need<HandwritingPad>(item, "handwriting-pad");
      one(pad, '[data-pad="use"]')?.addEventListener("click", () => {
        const ink = pad.ink();
        if (ink) saver.save({ mark: "drawn", ...ink });
        else this.#showError(item, this.#texts.pad_empty);
      });
    } else if (kind === "check" && input) {
      input.addEventListener("change", () => saver.save({ checked: input.checked }));
    } else if (input) {
      const name = kind === "date" ? "date" : "text";
      let last = input.value;
      const save = (): void => {
        const value = input.value.trim();
        if (value === last) return;
        last = value;
        saver.save(value === "" ? null : { [name]: value });
      };
      input.addEventListener("input", debounce(900, save));
      input.addEventListener("change", save);
    }
  }

  #showError(item: HTMLElement, message: string): void {
    const error = need(item, "[data-error]");
    error.hidden = message === "";
    need(error, "span").textContent = message;
    for (const input of all<HTMLInputElement>(item, "input:not([type=radio])")) {
      if (message === "") input.removeAttribute("aria-invalid");
      else if (!input.closest("[hidden]")) input.setAttribute("aria-invalid", "true");
    }
  }

  #showState(item: HTMLElement, state: SaveState): void {
    const words = need(item, "[data-saved]");
    if (state.kind === "saving") words.textContent = this.#texts.saving;
    if (state.kind === "waiting") words.textContent = this.#texts.not_saved;
    if (state.kind === "refused") {
      words.textContent = "";
      this.#showError(item, state.problem.words);
    }
    if (state.kind !== "saved") return;
    this.#showError(item, "");
    words.textContent = this.#texts.saved;
    item.toggleAttribute("data-filled", state.answer.filled);
    this.#showInBox(item, state.answer);
    this.#update();
    const kind = item.dataset["kind"];
    if (state.answer.filled && (kind === "seal" || kind === "handwriting") && this.#narrow.matches) this.#closeList();
  }

  #showInBox(item: HTMLElement, saved: Saved): void {
    const box = this.#boxOf(item);
    if (!box) return;
    box.classList.toggle("pf--done", saved.filled);
    const image = one<SVGImageElement>(box, "image");
    const text = one<SVGTextElement>(box, "text.val");
    if (saved.preview && image) image.setAttribute("href", `${saved.preview}?v=${Date.now()}`);
    if (!saved.preview) image?.removeAttribute("href");
    if (!text) return;
    const input = one<HTMLInputElement>(item, "input[id^='c-']");
    switch (item.dataset["kind"]) {
      case "check":
        text.textContent = "✓";
        break;
      case "date":
        text.textContent = input?.valueAsDate
          ? new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" }).format(input.valueAsDate)
          : "";
        break;
      default:
        text.textContent = saved.preview ? "" : (input?.value ?? "");
    }
  }

  // ---- pages in view

  #watch(): void {
    const pages = this.#sheets()
      .filter((sheet) => sheet.dataset["shown"] === undefined)
      .map((sheet) => {
        const element = need(sheet, ".page");
        return {
          element,
          ready: () => {
            const image = one<HTMLImageElement>(element, "img");
            return image ? image.complete && image.naturalWidth > 0 : one(element, "pdf-page[data-drawn]") !== null;
          },
        };
      });
    const bar = one(this, ".sign__bar");
    this.#views = new ViewWatch(
      pages,
      () => this.#side.classList.contains("is-open") || one(document, "dialog[open]") !== null,
      () => bar?.offsetHeight ?? 0,
      (element) => {
        const sheet = element.closest<HTMLElement>(".sheetpage");
        if (!sheet) return;
        this.#unsent.add(sheet);
        void this.#report();
      },
    );
  }

  #body(sheets: Iterable<HTMLElement>): object {
    const pages = [...sheets].map((sheet) => ({
      document: sheet.closest<HTMLElement>("[data-document]")?.dataset["document"],
      page: Number(sheet.dataset["page"]),
    }));
    return { revision: this.dataset["revision"], pages };
  }

  /** A page counts as shown here only when the server has recorded it. */
  async #report(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    await wait(300);
    for (let attempt = 0; this.#unsent.size > 0; ) {
      const batch = [...this.#unsent].slice(0, 100);
      try {
        await send("POST", `${this.#base}/viewed`, this.#body(batch));
        for (const sheet of batch) {
          this.#unsent.delete(sheet);
          sheet.dataset["shown"] = "";
        }
        attempt = 0;
        this.#update();
      } catch (error) {
        if (error instanceof Problem && !error.passing) {
          // The request is over (withdrawn, expired, replaced): the page of its state says so.
          location.reload();
          return;
        }
        await wait(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 30_000);
        attempt += 1;
      }
    }
    this.#sending = false;
  }

  #flushOnLeave(): void {
    if (this.#unsent.size === 0) return;
    void fetch(`${this.#base}/viewed`, {
      method: "POST",
      keepalive: true,
      credentials: "same-origin",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(this.#body(this.#unsent)),
    }).catch(() => undefined);
  }

  // ---- counts

  #update(): void {
    const sheets = this.#sheets();
    const shown = sheets.filter((sheet) => sheet.dataset["shown"] !== undefined).length;
    const required = this.#items.filter((item) => item.dataset["required"] !== undefined);
    const done = required.filter((item) => !this.#open(item)).length;
    for (const count of all(this, "[data-required-count]")) {
      count.textContent = fill(this.#texts.required, { done, all: required.length });
    }
    const bar = one<HTMLProgressElement>(this, "[data-required-bar]");
    if (bar) bar.value = done;
    for (const count of all(this, "[data-pages-count]")) count.textContent = `${shown}/${sheets.length}`;
    for (const line of all(this, "[data-pages-line]")) {
      line.textContent = fill(this.#texts.shown, { done: shown, all: sheets.length });
    }
    for (const set of all(this, "[data-document]")) {
      const own = all(set, ".sheetpage");
      const count = one(document, `[data-count="${set.dataset["document"] ?? ""}"]`);
      const seen = own.filter((sheet) => sheet.dataset["shown"] !== undefined).length;
      if (count) count.textContent = `${seen}/${own.length}`;
    }
    this.#setState(need(this, "[data-pages-state]"), shown === sheets.length);
    for (const item of this.#items) this.#setState(need(item, "[data-state]"), !this.#open(item));
    const step = this.#step();
    const button = one(this, "[data-step]");
    if (button) button.textContent = step.label;
    const proceed = one(this, "[data-proceed]");
    if (step.ready) proceed?.removeAttribute("aria-disabled");
    else proceed?.setAttribute("aria-disabled", "true");
  }

  #setState(mark: HTMLElement, done: boolean): void {
    const words = one(mark, ".vh");
    mark.className = done ? "is-ok" : "is-todo";
    mark.querySelector("svg")?.replaceWith(icon(done ? "check" : "ring"));
    if (words) words.textContent = done ? this.#texts.state_done : this.#texts.state_open;
  }

  /** On a small picture of a page a box may be a few pixels wide: what can be touched is at least 44. */
  #sizeHits(): void {
    for (const svg of all<SVGSVGElement>(this, ".page > svg")) {
      const unit = svg.clientWidth > 0 ? svg.viewBox.baseVal.width / svg.clientWidth : 1;
      for (const box of all<SVGAElement>(svg, "a.pf")) {
        const inner = one<SVGRectElement>(box, "rect.box");
        const hit = one<SVGRectElement>(box, "rect.hit");
        if (!inner || !hit) continue;
        const rect = { x: inner.x.baseVal.value, y: inner.y.baseVal.value, w: inner.width.baseVal.value, h: inner.height.baseVal.value };
        const w = Math.max(rect.w, 44 * unit);
        const hgt = Math.max(rect.h, 44 * unit);
        hit.setAttribute("x", String(rect.x - (w - rect.w) / 2));
        hit.setAttribute("y", String(rect.y - (hgt - rect.h) / 2));
        hit.setAttribute("width", String(w));
        hit.setAttribute("height", String(hgt));
      }
    }
  }

  // ---- the act

  async #confirm(): Promise<void> {
    this.#closeList();
    const url = `${this.#base}/confirm`;
    try {
      const markup = await page(url);
      if (one(fragment(markup), "form") === null) throw new Problem(0, "", "");
      showDialog(markup);
    } catch {
      location.assign(url);
    }
  }
}

type SaveState =
  | { kind: "saving" }
  | { kind: "waiting" }
  | { kind: "saved"; answer: Saved }
  | { kind: "refused"; problem: Problem };

/** Saves the newest value of one field; keeps it and tries again while the server cannot be reached. */
class Saver {
  #value: { value: unknown } | null = null;
  #running = false;

  constructor(
    private readonly put: (value: unknown) => Promise<Saved>,
    private readonly tell: (state: SaveState) => void,
  ) {}

  save(value: unknown): void {
    this.#value = { value };
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let attempt = 0; this.#value; ) {
      const taken = this.#value;
      this.tell({ kind: "saving" });
      try {
        const answer = await this.put(taken.value);
        if (this.#value === taken) this.#value = null;
        this.tell({ kind: "saved", answer });
        attempt = 0;
      } catch (error) {
        const problem = error instanceof Problem ? error : new Problem(0, "", "");
        if (!problem.passing) {
          if (this.#value === taken) this.#value = null;
          this.tell({ kind: "refused", problem });
          continue;
        }
        this.tell({ kind: "waiting" });
        await wait(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 30_000);
        attempt += 1;
      }
    }
    this.#running = false;
  }
}

export function startSigningPage(): void {
  customElements.define("signing-page", SigningPage);
}
