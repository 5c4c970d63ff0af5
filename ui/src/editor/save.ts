/** Saves the whole list of fields while one works: at most one request at a time, the newest state last. */
import { Problem, type FieldProblem, send, wait } from "../lib/http";
import type { Field } from "./model";

export type SaveState =
  | { kind: "saving" }
  | { kind: "saved"; at: Date }
  /** Not reached; kept and tried again. */
  | { kind: "waiting" }
  /** Changed elsewhere; only reloading helps. */
  | { kind: "conflict" }
  | { kind: "refused"; words: string; errors: FieldProblem[] };

interface Answer {
  revision: number;
  saved_at: string;
  fields: { id: string; client_id: string }[];
}

const RETRY_MS = [2000, 4000, 8000, 15_000, 30_000];
const QUIET_MS = 700;

export class Autosave {
  #pending: readonly Field[] | null = null;
  #running = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private revision: number,
    private readonly tell: (state: SaveState) => void,
    private readonly renamed: (ids: ReadonlyMap<string, string>) => void,
  ) {
    addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.flush();
    });
    // A link to the next step must not overtake the last change.
    document.addEventListener("click", (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
      if (!link || !this.dirty || this.#stopped || link.getAttribute("href")?.startsWith("#")) return;
      if (event.ctrlKey || event.metaKey || event.shiftKey || link.target !== "") return;
      event.preventDefault();
      void this.#settle().then((saved) => {
        if (saved) location.assign(link.href);
      });
    });
  }

  get dirty(): boolean {
    return this.#pending !== null || this.#running;
  }

  save(fields: readonly Field[]): void {
    if (this.#stopped) return;
    this.#pending = fields;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), QUIET_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    if (!this.#running && this.#pending) void this.#run();
  }

  async #settle(): Promise<boolean> {
    this.flush();
    while (this.dirty && !this.#stopped) await wait(50);
    return !this.dirty;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let attempt = 0; this.#pending && !this.#stopped; ) {
      const taken = this.#pending;
      this.tell({ kind: "saving" });
      try {
        const answer = await send<Answer>("PUT", this.url, { revision: this.revision, fields: taken });
        this.revision = answer.revision;
        const ids = new Map(answer.fields.map((field) => [field.client_id, field.id]));
        if (this.#pending === taken) {
          this.#pending = null;
        } else {
          this.#pending = this.#pending.map((field) => ({ ...field, id: ids.get(field.id) ?? field.id }));
        }
        this.renamed(ids);
        this.tell({ kind: "saved", at: new Date(answer.saved_at) });
        attempt = 0;
      } catch (error) {
        const problem = error instanceof Problem ? error : new Problem(0, "", "");
        if (problem.status === 409) {
          this.#stopped = true;
          this.tell({ kind: "conflict" });
        } else if (problem.passing) {
          this.tell({ kind: "waiting" });
          await wait(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 30_000);
          attempt += 1;
        } else {
          if (this.#pending === taken) this.#pending = null;
          this.tell({ kind: "refused", words: problem.words, errors: problem.errors });
        }
      }
    }
    this.#running = false;
  }
}
