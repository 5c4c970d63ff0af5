/** The counterpart's pages. Small: handwriting and pdf.js load only when they are used. */
import { startForms } from "./islands/forms";
import { startLive } from "./islands/live";
import { startPad } from "./islands/pad";
import { startPdfPages } from "./islands/pdf-page";
import { startSealChoice } from "./islands/seal-choice";
import { startSigningPage } from "./islands/signing-page";

startForms();
startLive();
startPad();
startSealChoice();
startPdfPages();
startSigningPage();
