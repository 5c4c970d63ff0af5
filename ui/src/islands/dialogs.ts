/** Links with `data-dialog` open their page as a dialog over the present one. Without script they are pages. */
import { fragment, h, one } from "../lib/dom";
import { page } from "../lib/http";

/** Shows `markup` (a head, a body, a foot) in a modal dialog; the browser moves the focus in and gives it back. */
export function showDialog(markup: string): HTMLDialogElement {
  const dialog = h("dialog", { class: "dialog dialog--sheet" });
  dialog.append(fragment(markup));
  const title = one(dialog, ".dialog__title");
  if (title) {
    title.id ||= "dialog-title";
    dialog.setAttribute("aria-labelledby", title.id);
    // The reader begins at the top, not at the first button.
    title.tabIndex = -1;
    title.autofocus = true;
  }
  dialog.addEventListener("click", (event) => {
    const close = (event.target as Element).closest("[data-close]");
    if (!close) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export async function openDialog(url: string): Promise<HTMLDialogElement | null> {
  let markup: string;
  try {
    markup = await page(url);
  } catch {
    // The page itself says what is wrong, in full.
    location.assign(url);
    return null;
  }
  return showDialog(markup);
}

export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-dialog]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void openDialog(link.href);
  });
}
