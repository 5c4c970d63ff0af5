/** A page in full size: sharp at any size, with text that can be selected. */
import { h, icon } from "../lib/dom";
import { draw, openPdf, pdfjs } from "../lib/pdf";

export interface ZoomTexts {
  zoom_close: string;
  zoom_in: string;
  zoom_out: string;
  zoom_failed: string;
  zoom_loading: string;
}

export async function zoom(url: string, number: number, title: string, texts: ZoomTexts): Promise<void> {
  const button = (name: string, label: string): HTMLButtonElement =>
    h("button", { class: "btn btn--quiet btn--icon", type: "button", "aria-label": label }, icon(name));
  const close = h("button", { class: "btn", type: "button" }, texts.zoom_close);
  const smaller = button("minus", texts.zoom_out);
  const larger = button("plus", texts.zoom_in);
  const percent = h("span", { class: "num" });
  const status = h("p", { role: "status" }, texts.zoom_loading);
  const stage = h("div", { class: "zoom__stage", tabindex: "0", role: "region", "aria-label": title }, status);
  const bar = h("div", { class: "zoom__bar" }, close, h("span", { class: "end row nowrap" }, smaller, percent, larger));
  const dialog = h("dialog", { class: "zoom", "aria-label": title }, bar, stage);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();

  try {
    const page = await (await openPdf(url)).getPage(number);
    const natural = page.getViewport({ scale: 1 });
    const fit = Math.min(stage.clientWidth - 24, 1200);
    let width = Math.max(fit, Math.min(natural.width * 1.6, 1000));
    let turn = Promise.resolve();
    const show = (): void => {
      turn = turn.then(async () => {
        const canvas = h("canvas");
        const text = h("div", { class: "zoom__text" });
        const scale = await draw(page, canvas, width);
        canvas.style.inlineSize = `${width}px`;
        const sheet = h("div", { class: "zoom__page" }, canvas, text);
        text.style.setProperty("--total-scale-factor", String(scale));
        text.style.setProperty("--scale-factor", String(scale));
        const loaded = await pdfjs();
        await new loaded.TextLayer({
          textContentSource: page.streamTextContent(),
          container: text,
          viewport: page.getViewport({ scale }),
        }).render();
        stage.replaceChildren(sheet);
        percent.textContent = `${Math.round(scale * 100)}%`;
      });
    };
    larger.addEventListener("click", () => {
      width = Math.min(width * 1.25, 4000);
      show();
    });
    smaller.addEventListener("click", () => {
      width = Math.max(width / 1.25, 200);
      show();
    });
    show();
    await turn;
  } catch {
    status.textContent = texts.zoom_failed;
    stage.replaceChildren(status);
  }
}
