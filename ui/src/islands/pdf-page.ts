/** `<pdf-page>`: a page that the server cannot draw faithfully; the browser draws it with pdf.js when it comes near. */
import { draw, openPdf } from "../lib/pdf";
import { h } from "../lib/dom";

class PdfPageElement extends HTMLElement {
  #observer: IntersectionObserver | null = null;

  connectedCallback(): void {
    const ratio = Number(this.dataset["height"]) / Number(this.dataset["width"]);
    if (Number.isFinite(ratio) && ratio > 0) this.style.aspectRatio = `${1 / ratio}`;
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        this.#observer?.disconnect();
        void this.#draw();
      },
      { rootMargin: "400px" },
    );
    this.#observer.observe(this);
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect();
  }

  async #draw(): Promise<void> {
    const canvas = h("canvas", { role: "img", "aria-label": this.dataset["alt"] ?? "" });
    try {
      const document = await openPdf(this.dataset["href"] ?? "");
      const page = await document.getPage(Number(this.dataset["number"]));
      await draw(page, canvas, this.clientWidth || 600);
    } catch {
      // The link to the file stays in its place.
      return;
    }
    this.replaceChildren(canvas);
    this.dataset["drawn"] = "";
  }
}

export function startPdfPages(): void {
  customElements.define("pdf-page", PdfPageElement);
}
