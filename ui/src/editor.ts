/** The page of the field editor. */
import { startFieldEditor } from "./editor/field-editor";
import { startPdfPages } from "./islands/pdf-page";

startPdfPages();
startFieldEditor();
