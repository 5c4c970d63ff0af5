/**
 * Which pages were really in view. A page is cut into eight bands; it counts as shown when its picture is there and
 * every band has stood inside the window, uncovered, for half a second in a visible tab.
 */
const BANDS = 8;
const TICK_MS = 250;
const TICKS_NEEDED = 2;

export interface Watched {
  element: HTMLElement;
  /** What must be there before anything is seen. */
  ready: () => boolean;
}

export class ViewWatch {
  #near = new Set<Element>();
  #pages = new Map<Element, { page: Watched; ticks: number[] }>();
  #observer: IntersectionObserver;
  #timer: ReturnType<typeof setInterval>;

  constructor(
    pages: Watched[],
    /** Something lies over the pages. */
    private readonly covered: () => boolean,
    /** Height in pixels that a bar takes from the lower end of the window. */
    private readonly bar: () => number,
    private readonly seen: (page: HTMLElement) => void,
  ) {
    this.#observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) this.#near.add(entry.target);
        else this.#near.delete(entry.target);
      }
    });
    for (const page of pages) {
      this.#pages.set(page.element, { page, ticks: new Array<number>(BANDS).fill(0) });
      this.#observer.observe(page.element);
    }
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#observer.disconnect();
  }

  #tick(): void {
    if (document.visibilityState !== "visible" || this.covered()) return;
    const bottom = innerHeight - this.bar();
    for (const element of this.#near) {
      const watched = this.#pages.get(element);
      if (!watched?.page.ready()) continue;
      const box = element.getBoundingClientRect();
      // A page that is enlarged by pinching may reach over the sides; then only what is inside counts.
      if (box.width === 0 || box.right < 1 || box.left > innerWidth - 1) continue;
      const band = box.height / BANDS;
      watched.ticks.forEach((ticks, index) => {
        const top = box.top + band * index;
        if (top >= -2 && top + band <= bottom + 2) watched.ticks[index] = ticks + 1;
      });
      if (watched.ticks.every((ticks) => ticks >= TICKS_NEEDED)) {
        this.#pages.delete(element);
        this.#near.delete(element);
        this.#observer.unobserve(element);
        this.seen(watched.page.element);
      }
    }
    if (this.#pages.size === 0) this.stop();
  }
}
