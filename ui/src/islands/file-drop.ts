/**
 * `<file-drop>`: several PDFs at once, each with its own progress, to be cancelled and tried again. The draft is made
 * by the first file and stays whatever happens to the others. Without script it is a plain upload form.
 */
import { fill, h, icon, need, texts } from "../lib/dom";
import { Problem, page, problemOf, send } from "../lib/http";

interface Texts {
  over: string;
  uploading: string;
  checking: string;
  left: string;
  seconds: string;
  minutes: string;
  retry: string;
  cancel: string;
  remove: string;
  lost: string;
  too_large: string;
  not_pdf: string;
}

interface Draft {
  id: string;
  documents_url: string;
  page_url: string;
}

class FileDrop extends HTMLElement {
  #texts = texts<Texts>(this);
  #list!: HTMLElement;
  #form!: HTMLFormElement;
  #word!: HTMLElement;
  #idle = "";
  /** One at a time: the order of the documents is the order in which they were dropped. */
  #queue: Promise<void> = Promise.resolve();

  connectedCallback(): void {
    this.#list = need(this, "[data-uploads]");
    this.#form = need(this, "form");
    this.#word = need(this, "[data-drop-word]");
    this.#idle = this.#word.textContent ?? "";
    const input = need<HTMLInputElement>(this, 'input[type="file"]');
    input.addEventListener("change", () => {
      this.#take(input.files);
      input.value = "";
    });
    let depth = 0;
    const over = (on: boolean): void => {
      this.#form.classList.toggle("is-over", on);
      this.#word.textContent = on ? this.#texts.over : this.#idle;
    };
    this.addEventListener("dragenter", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      depth += 1;
      over(true);
    });
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("dragleave", () => {
      depth -= 1;
      if (depth <= 0) over(false);
    });
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      depth = 0;
      over(false);
      this.#take(event.dataTransfer?.files ?? null);
    });
  }

  #take(files: FileList | null): void {
    for (const file of files ?? []) this.#add(file);
  }

  #add(file: File): void {
    const row = new UploadRow(file, this.#texts);
    this.#list.append(row.element);
    const limit = Number(this.dataset["limit"] ?? "0");
    if (limit > 0 && file.size > limit) return row.refuse(this.#texts.too_large);
    if (!/\.pdf$/i.test(file.name) && file.type !== "application/pdf") return row.refuse(this.#texts.not_pdf);
    row.onRetry = () => this.#enqueue(row);
    this.#enqueue(row);
  }

  #enqueue(row: UploadRow): void {
    this.#queue = this.#queue.then(() => this.#upload(row));
  }

  async #upload(row: UploadRow): Promise<void> {
    if (row.cancelled) return;
    try {
      if (this.dataset["new"] !== undefined) await this.#begin();
      await row.send(this.dataset["action"] ?? "");
      await this.#showFiles();
    } catch (error) {
      row.fail(error instanceof Problem && error.status !== 0 ? error.words : this.#texts.lost);
    }
  }

  /** The first file makes the draft; from then on this is its page, and its form of details belongs to it. */
  async #begin(): Promise<void> {
    const draft = await send<Draft>("POST", "/contracts", { title: titleInput()?.value ?? "" });
    delete this.dataset["new"];
    this.dataset["action"] = draft.documents_url;
    this.#form.action = draft.documents_url;
    const details = document.querySelector<HTMLFormElement>("#details");
    if (details) {
      details.action = draft.documents_url.replace(/documents$/, "details");
      details.enctype = "application/x-www-form-urlencoded";
    }
    history.replaceState(null, "", draft.page_url);
  }

  async #showFiles(): Promise<void> {
    const markup = await page(location.pathname);
    const files = document.getElementById("files");
    const next = new DOMParser().parseFromString(markup, "text/html").getElementById("files");
    if (files && next) {
      files.replaceWith(document.importNode(next, true));
      this.dispatchEvent(new CustomEvent("fileschanged", { bubbles: true }));
    }
  }
}

function titleInput(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>('#details input[name="title"]');
}

/** One file on its way. */
class UploadRow {
  readonly element: HTMLLIElement;
  onRetry: () => void = () => {};
  cancelled = false;
  #status = h("span", { class: "sub" });
  #bar = h("progress", { max: 100, value: 0 });
  #percent = h("span", { class: "num" });
  #rest = h("span");
  #progress: HTMLElement;
  #act: HTMLButtonElement;
  #request: XMLHttpRequest | null = null;

  constructor(
    private readonly file: File,
    private readonly words: Texts,
  ) {
    this.#bar.setAttribute("aria-label", file.name);
    this.#progress = h("span", { class: "progress" }, this.#bar, h("span", { class: "progress__line" }, this.#percent, this.#rest));
    this.#act = h("button", { class: "btn btn--quiet btn--s", type: "button" }, words.cancel);
    this.#act.setAttribute("aria-label", `${words.cancel}: ${file.name}`);
    this.#act.addEventListener("click", () => this.#press());
    this.element = h("li", {}, icon("document"), h("span", {}, h("b", {}, file.name), h("br"), this.#status), this.#act, this.#progress);
    this.#status.textContent = words.uploading;
  }

  #press(): void {
    if (this.element.dataset["failed"] !== undefined && !this.cancelled) {
      delete this.element.dataset["failed"];
      this.#label(this.words.cancel);
      this.#status.className = "sub";
      this.#status.textContent = this.words.uploading;
      this.#progress.hidden = false;
      this.onRetry();
      return;
    }
    this.cancelled = true;
    this.#request?.abort();
    this.element.remove();
  }

  #label(text: string): void {
    this.#act.textContent = text;
    this.#act.setAttribute("aria-label", `${text}: ${this.file.name}`);
  }

  send(url: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const began = performance.now();
      const request = new XMLHttpRequest();
      this.#request = request;
      request.open("POST", url);
      request.setRequestHeader("accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        const share = event.loaded / event.total;
        this.#bar.value = share * 100;
        this.#percent.textContent = `${Math.round(share * 100)}%`;
        const left = ((performance.now() - began) / 1000) * (1 / Math.max(share, 0.01) - 1);
        this.#rest.textContent = share < 1 ? fill(this.words.left, { time: this.#time(left) }) : "";
        if (share === 1) this.#status.textContent = this.words.checking;
      });
      request.addEventListener("load", async () => {
        if (request.status >= 200 && request.status < 300) {
          this.element.remove();
          resolve();
        } else {
          reject(await problemOf(request.status, request.responseText));
        }
      });
      request.addEventListener("error", () => reject(new Problem(0, "", "")));
      request.addEventListener("abort", () => resolve());
      const body = new FormData();
      body.append("files", this.file, this.file.name);
      request.send(body);
    });
  }

  #time(seconds: number): string {
    if (seconds < 60) return fill(this.words.seconds, { n: Math.max(1, Math.round(seconds)) });
    return fill(this.words.minutes, { n: Math.round(seconds / 60) });
  }

  fail(reason: string): void {
    if (this.cancelled) return;
    this.element.dataset["failed"] = "";
    this.#status.className = "field__error";
    this.#status.replaceChildren(icon("cross"), h("span", {}, reason));
    this.#progress.hidden = true;
    this.#label(this.words.retry);
  }

  /** Not worth trying again. */
  refuse(reason: string): void {
    this.fail(reason);
    this.cancelled = true;
    this.#label(this.words.remove);
  }
}

export function startFileDrop(): void {
  customElements.define("file-drop", FileDrop);
}
