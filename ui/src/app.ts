/** Members' pages: htmx for partial updates, dialogs, live regions, uploads. */
import htmx from "htmx.org/dist/htmx.esm.min.js";
import { startDialogs } from "./islands/dialogs";
import { startFileDrop } from "./islands/file-drop";
import { startForms } from "./islands/forms";
import { LiveRegion, startLive } from "./islands/live";
import { startPartyStages } from "./islands/party-stages";
import { fragment, h, one } from "./lib/dom";

LiveRegion.swap = (target, markup) => {
  void htmx.swap({ sourceElement: target, target, text: markup, swap: "outerMorph" });
};

/** Problems do not replace what was asked for: they stand above the content until the next page. */
document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = (event as CustomEvent<{ ctx: { text?: string } }>).detail;
  const main = one(document, "main");
  if (!main) return;
  let slot = document.getElementById("problem-slot");
  if (!slot) {
    slot = h("div", { id: "problem-slot", tabindex: "-1" });
    main.prepend(slot);
  }
  slot.replaceChildren(fragment(ctx.text ?? ""));
  slot.scrollIntoView({ block: "nearest" });
});
document.addEventListener("fileschanged", () => {
  const files = document.getElementById("files");
  if (files) htmx.process(files);
});

startForms();
startDialogs();
startLive();
startFileDrop();
startPartyStages();
