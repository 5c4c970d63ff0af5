/** Pages for everyone: verification, signing in, set-up, errors. */
import { startForms } from "./islands/forms";
import { need, one } from "./lib/dom";

/** `<pdf-drop>`: a PDF that is dropped is taken as if it had been chosen. */
class PdfDrop extends HTMLElement {
  connectedCallback(): void {
    const form = need<HTMLFormElement>(this, "form");
    const input = need<HTMLInputElement>(this, 'input[type="file"]');
    const name = one(this, "[data-drop-name]");
    const show = (): void => {
      if (name) name.textContent = input.files?.[0]?.name ?? "";
    };
    input.addEventListener("change", show);
    this.addEventListener("dragover", (event) => {
      event.preventDefault();
      form.classList.add("is-over");
    });
    this.addEventListener("dragleave", () => form.classList.remove("is-over"));
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("is-over");
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      const only = new DataTransfer();
      only.items.add(file);
      input.files = only.files;
      show();
    });
  }
}

startForms();
customElements.define("pdf-drop", PdfDrop);
