/**
 * A part of a page that follows the server: `<live-region data-events data-refresh><… id="live">`.
 *
 * One event stream while the tab is visible, none while it is hidden. If the stream cannot be had, the part is asked
 * for every ten seconds instead. A region with `data-still` shows something that cannot change any more.
 */
import { fragment, one } from "../lib/dom";
import { page } from "../lib/http";

const POLL_MS = 10_000;
const FAILURES_BEFORE_POLLING = 3;

/** Puts new markup in place of the old. Members' pages morph, so that open menus and images stay. */
export type Swap = (target: HTMLElement, markup: string) => void;

const replace: Swap = (target, markup) => {
  const next = fragment(markup).firstElementChild;
  if (next) target.replaceWith(next);
};

export class LiveRegion extends HTMLElement {
  static swap: Swap = replace;

  #source: EventSource | null = null;
  #poll: ReturnType<typeof setInterval> | undefined;
  #failures = 0;
  #refreshing = false;
  #again = false;

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this.#follow);
    this.#follow();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#follow);
    this.#stop();
  }

  #follow = (): void => {
    this.#stop();
    if (document.visibilityState !== "visible" || this.dataset["still"] !== undefined) return;
    const events = this.dataset["events"];
    if (!events || typeof EventSource === "undefined" || this.#failures >= FAILURES_BEFORE_POLLING) {
      this.#startPolling();
      return;
    }
    const source = new EventSource(events);
    this.#source = source;
    source.addEventListener("open", () => {
      this.#failures = 0;
    });
    source.addEventListener("changed", () => void this.refresh());
    // The server is going down; the browser would reconnect at once, a little later is kinder.
    source.addEventListener("end", () => {
      this.#stop();
      setTimeout(this.#follow, 3000 + Math.random() * 4000);
    });
    source.addEventListener("error", () => {
      this.#failures += 1;
      if (this.#failures < FAILURES_BEFORE_POLLING) return;
      this.#stop();
      this.#startPolling();
    });
  };

  #startPolling(): void {
    this.#poll = setInterval(() => void this.refresh(), POLL_MS);
  }

  #stop(): void {
    this.#source?.close();
    this.#source = null;
    clearInterval(this.#poll);
  }

  async refresh(): Promise<void> {
    if (this.#refreshing) {
      this.#again = true;
      return;
    }
    const url = this.dataset["refresh"];
    if (!url) return;
    this.#refreshing = true;
    try {
      const markup = await page(url + location.search);
      const target = one(this, "#live");
      if (target) LiveRegion.swap(target, markup);
    } catch {
      // Not reached just now. What is shown stays; the next event or turn asks again.
    } finally {
      this.#refreshing = false;
    }
    if (this.#again) {
      this.#again = false;
      await this.refresh();
    }
  }
}

export function startLive(): void {
  customElements.define("live-region", LiveRegion);
}
