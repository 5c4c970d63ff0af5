/** Plain forms and buttons, made a little kinder. Everything here works without script too. */
import { all, one } from "../lib/dom";

/** A form that must not go twice: the button shows that it is at work, a second press does nothing. */
function sendOnce(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset["once"] === undefined) return;
  if (form.dataset["sent"] !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset["sent"] = "";
  const button = event.submitter;
  if (!(button instanceof HTMLButtonElement)) return;
  button.setAttribute("aria-busy", "true");
  const busy = button.dataset["busy"];
  if (busy) {
    button.dataset["idle"] = button.textContent ?? "";
    button.textContent = busy;
  }
}

/** Back from the browser's cache: the form may go again. */
function forgetSent(): void {
  for (const form of all<HTMLFormElement>(document, "form[data-sent]")) delete form.dataset["sent"];
  for (const button of all<HTMLButtonElement>(document, 'button[aria-busy="true"]')) {
    button.removeAttribute("aria-busy");
    if (button.dataset["idle"]) button.textContent = button.dataset["idle"];
  }
}

class PasswordField extends HTMLElement {
  connectedCallback(): void {
    const input = one<HTMLInputElement>(this, "input");
    const button = one<HTMLButtonElement>(this, "button");
    if (!input || !button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const show = input.type === "password";
      input.type = show ? "text" : "password";
      button.setAttribute("aria-pressed", String(show));
    });
    // Typed in clear, it must not stay in the browser's list of earlier entries.
    input.form?.addEventListener("submit", () => {
      input.type = "password";
    });
  }
}

class CopyButton extends HTMLElement {
  connectedCallback(): void {
    const button = one<HTMLButtonElement>(this, "button");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(this.dataset["copy"] ?? "");
        const label = button.getAttribute("aria-label") ?? "";
        button.setAttribute("aria-label", this.dataset["done"] ?? label);
        button.classList.add("is-ok");
        setTimeout(() => {
          button.setAttribute("aria-label", label);
          button.classList.remove("is-ok");
        }, 2000);
      } catch {
        // Refused by the browser: the text stands beside the button and can be selected.
        button.hidden = true;
      }
    });
  }
}

/** A menu behind a summary closes when something else is chosen. */
function closeMenus(event: Event): void {
  const target = event.target as Node | null;
  for (const menu of all<HTMLDetailsElement>(document, "details.pop[open]")) {
    const inside = target !== null && menu.contains(target);
    const chosen = inside && (target as Element).closest?.(".menu a, .menu button:not([aria-disabled])");
    if (!inside || chosen) menu.open = false;
  }
}

function closeMenuByKey(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  const menu = one<HTMLDetailsElement>(document, "details.pop[open]");
  if (!menu) return;
  menu.open = false;
  one(menu, "summary")?.focus();
}

/** Greyed acts stay focusable so that their reason can be read, but do nothing. */
function refuseDisabled(event: Event): void {
  const target = event.target;
  if (target instanceof Element && target.closest('[aria-disabled="true"]')) event.preventDefault();
}

export function startForms(): void {
  document.addEventListener("submit", sendOnce);
  addEventListener("pageshow", forgetSent);
  document.addEventListener("click", refuseDisabled, { capture: true });
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", closeMenuByKey);
  customElements.define("password-field", PasswordField);
  customElements.define("copy-button", CopyButton);
  for (const button of all<HTMLButtonElement>(document, "[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  for (const button of all<HTMLButtonElement>(document, "[data-history-back]")) {
    button.hidden = history.length <= 1;
    button.addEventListener("click", () => history.back());
  }
}
