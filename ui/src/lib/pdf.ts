/** pdf.js, loaded only when a page must be enlarged or the server cannot draw it. */
import { one } from "./dom";

interface Viewport {
  width: number;
  height: number;
  rawDims: unknown;
}

export interface PdfPage {
  getViewport(options: { scale: number }): Viewport;
  render(options: { canvas: HTMLCanvasElement; viewport: Viewport; annotationMode?: number }): { promise: Promise<void>; cancel(): void };
  streamTextContent(): ReadableStream;
}

interface PdfDocument {
  numPages: number;
  getPage(number: number): Promise<PdfPage>;
}

interface PdfJs {
  GlobalWorkerOptions: { workerSrc: string };
  AnnotationMode: { ENABLE_FORMS: number; ENABLE: number };
  getDocument(options: Record<string, unknown>): { promise: Promise<PdfDocument> };
  TextLayer: new (options: { textContentSource: ReadableStream; container: HTMLElement; viewport: Viewport }) => {
    render(): Promise<void>;
  };
}

const base = (one<HTMLLinkElement>(document, 'link[rel="icon"]')?.href ?? "").replace(/favicon\.svg$/, "pdfjs/");
let library: Promise<PdfJs> | null = null;
const documents = new Map<string, Promise<PdfDocument>>();

export function pdfjs(): Promise<PdfJs> {
  library ??= (import(`${base}pdf.mjs`) as Promise<PdfJs>).then((loaded) => {
    loaded.GlobalWorkerOptions.workerSrc = `${base}pdf.worker.mjs`;
    return loaded;
  });
  return library;
}

export function openPdf(url: string): Promise<PdfDocument> {
  let opened = documents.get(url);
  if (!opened) {
    opened = pdfjs().then(
      (loaded) =>
        loaded.getDocument({
          url,
          cMapUrl: `${base}cmaps/`,
          cMapPacked: true,
          standardFontDataUrl: `${base}standard_fonts/`,
          wasmUrl: `${base}wasm/`,
          enableXfa: false,
          isEvalSupported: false,
        }).promise,
    );
    opened.catch(() => documents.delete(url));
    documents.set(url, opened);
  }
  return opened;
}

/** Draws a page so that it is `width` CSS pixels wide, as sharp as the screen. */
export async function draw(page: PdfPage, canvas: HTMLCanvasElement, width: number): Promise<number> {
  const loaded = await pdfjs();
  const natural = page.getViewport({ scale: 1 });
  const scale = width / natural.width;
  // Beyond 16 megapixels browsers of phones give up without a word.
  const sharp = Math.min(devicePixelRatio || 1, Math.sqrt(16_000_000 / (width * natural.height * scale)));
  const viewport = page.getViewport({ scale: scale * sharp });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({ canvas, viewport, annotationMode: loaded.AnnotationMode.ENABLE }).promise;
  return scale;
}
