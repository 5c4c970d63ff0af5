/** `<seal-choice>`: seal, handwriting or typed name. Says what was chosen by an event; who hears it saves it. */
import { all, need, one } from "../lib/dom";
import { HandwritingPad, type Ink } from "./pad";

export type MarkValue =
  | { mark: "seal"; text: string }
  | { mark: "typed"; text: string }
  | ({ mark: "drawn" } & Ink);

export class SealChoice extends HTMLElement {
  connectedCallback(): void {
    for (const element of all(this, "[data-needs-script], [data-apply]")) element.hidden = false;
    for (const radio of all<HTMLInputElement>(this, 'input[type="radio"]')) {
      radio.addEventListener("change", () => this.#show());
    }
    const seal = one<HTMLInputElement>(this, '[data-for="seal"] input');
    const image = one<HTMLImageElement>(this, "[data-seal]");
    seal?.addEventListener("change", () => {
      const address = image ? new URL(image.src) : null;
      if (!image || !address || seal.value.trim() === "") return;
      address.searchParams.set("text", seal.value.trim());
      image.src = address.href;
    });
    const typed = one<HTMLInputElement>(this, '[data-for="typed"] input');
    typed?.addEventListener("input", () => {
      need(this, "[data-typed]").textContent = typed.value;
    });
    need(this, "[data-apply]").addEventListener("click", () => {
      this.dispatchEvent(new CustomEvent("markchosen", { bubbles: true }));
    });
    this.#show();
  }

  get chosen(): string {
    return one<HTMLInputElement>(this, 'input[type="radio"]:checked')?.value ?? "seal";
  }

  /** The mark, or null if nothing is written yet. */
  value(): MarkValue | null {
    const text = (kind: string): string => one<HTMLInputElement>(this, `[data-for="${kind}"] input`)?.value.trim() ?? "";
    switch (this.chosen) {
      case "drawn": {
        const ink = one<HandwritingPad>(this, "handwriting-pad")?.ink() ?? null;
        return ink ? { mark: "drawn", ...ink } : null;
      }
      case "typed":
        return text("typed") === "" ? null : { mark: "typed", text: text("typed") };
      default:
        return text("seal") === "" ? null : { mark: "seal", text: text("seal") };
    }
  }

  #show(): void {
    for (const part of all(this, "[data-for]")) part.hidden = part.dataset["for"] !== this.chosen;
  }
}

export function startSealChoice(): void {
  customElements.define("seal-choice", SealChoice);
}
