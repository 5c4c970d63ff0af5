/** `<party-stages>`: drag a party into another stage. The same is done by the select on each card. */
import { all, need, one } from "../lib/dom";

class PartyStages extends HTMLElement {
  #dragged: HTMLElement | null = null;

  connectedCallback(): void {
    for (const card of all(this, "[data-party]")) this.#makeDraggable(card);
    for (const box of all(this, "[data-stage]")) this.#makeTarget(box, () => Number(box.dataset["stage"]));
    const fresh = one(this, "[data-new-stage]");
    if (fresh) this.#makeTarget(fresh, () => this.#lastStage() + 1);
    // A changed select moves the card as soon as the form is saved; saving at once keeps both views the same.
    this.addEventListener("change", (event) => {
      if ((event.target as Element).matches("[data-stage-select]")) this.#save();
    });
  }

  #lastStage(): number {
    return Math.max(0, ...all(this, "[data-stage]").map((box) => Number(box.dataset["stage"])));
  }

  #makeDraggable(card: HTMLElement): void {
    const grip = one(card, "[data-grip]");
    if (!grip) return;
    grip.hidden = false;
    // Only the grip begins a drag; text in the fields stays selectable.
    grip.addEventListener("pointerdown", () => {
      card.draggable = true;
    });
    card.addEventListener("dragstart", (event) => {
      this.#dragged = card;
      card.classList.add("is-dragged");
      event.dataTransfer?.setData("text/plain", "");
      const fresh = one(this, "[data-new-stage]");
      if (fresh) fresh.hidden = false;
    });
    card.addEventListener("dragend", () => {
      card.draggable = false;
      card.classList.remove("is-dragged");
      this.#dragged = null;
      const fresh = one(this, "[data-new-stage]");
      if (fresh) fresh.hidden = true;
    });
  }

  #makeTarget(box: HTMLElement, stage: () => number): void {
    box.addEventListener("dragover", (event) => {
      if (!this.#dragged) return;
      event.preventDefault();
      box.classList.add("is-over");
    });
    box.addEventListener("dragleave", () => box.classList.remove("is-over"));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      box.classList.remove("is-over");
      const card = this.#dragged;
      if (!card) return;
      const select = need<HTMLSelectElement>(card, "[data-stage-select]");
      const wanted = String(stage());
      if (![...select.options].some((option) => option.value === wanted)) select.add(new Option(wanted, wanted));
      select.value = wanted;
      this.#save();
    });
  }

  #save(): void {
    const form = this.closest("form");
    const button = form?.querySelector<HTMLButtonElement>('button[name="op"][value="save"]');
    // Half-filled cards are saved as they stand; the server says what is missing when going on.
    if (form && button) {
      form.noValidate = true;
      form.requestSubmit(button);
    }
  }
}

export function startPartyStages(): void {
  customElements.define("party-stages", PartyStages);
}
