/** `<handwriting-pad>`: a place to write with finger, pen or mouse. The ink is a PNG with a clear background. */
import type SignaturePad from "signature_pad";
import { h, need } from "../lib/dom";

export interface InkPoint {
  x: number;
  y: number;
  width: number;
}

export interface Ink {
  png: string;
  /** Strokes in units of the picture's height = 100. */
  strokes: InkPoint[][];
}

const PEN = { minWidth: 0.8, maxWidth: 2.6 };

export class HandwritingPad extends HTMLElement {
  #pad: SignaturePad | null = null;
  #canvas!: HTMLCanvasElement;
  #observer: ResizeObserver | null = null;

  connectedCallback(): void {
    this.hidden = false;
    this.#canvas = need(this, "canvas");
    // Writing needs room to the side, whatever the shape of the field; the ink is cut out and fitted into it later.
    const ratio = Number(this.dataset["ratio"] ?? "2");
    this.#canvas.style.aspectRatio = String(Math.min(4, Math.max(1.8, ratio)));
    need(this, '[data-pad="clear"]').addEventListener("click", () => this.#pad?.clear());
    need(this, '[data-pad="undo"]').addEventListener("click", () => {
      const strokes = this.#pad?.toData() ?? [];
      this.#pad?.fromData(strokes.slice(0, -1));
    });
    this.#observer = new ResizeObserver(() => void this.#fit());
    this.#observer.observe(this.#canvas);
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect();
    this.#pad?.off();
  }

  get empty(): boolean {
    return this.#pad?.isEmpty() ?? true;
  }

  /** What is written, cut to its bounds, or null. */
  ink(): Ink | null {
    const pad = this.#pad;
    if (!pad || pad.isEmpty()) return null;
    const points = pad.toData().flatMap((group) => group.points);
    const edge = PEN.maxWidth * 2;
    const left = Math.max(0, Math.min(...points.map((p) => p.x)) - edge);
    const top = Math.max(0, Math.min(...points.map((p) => p.y)) - edge);
    const right = Math.min(this.#canvas.clientWidth, Math.max(...points.map((p) => p.x)) + edge);
    const bottom = Math.min(this.#canvas.clientHeight, Math.max(...points.map((p) => p.y)) + edge);
    const unit = 100 / Math.max(1, bottom - top);
    const strokes = pad.toData().map((group) => {
      let before = group.points[0];
      return group.points.map((point) => {
        const time = Math.max(1, point.time - (before?.time ?? point.time));
        const distance = before ? Math.hypot(point.x - before.x, point.y - before.y) : 0;
        before = point;
        const width = Math.max(group.maxWidth / (distance / time + 1), group.minWidth);
        return { x: round((point.x - left) * unit), y: round((point.y - top) * unit), width: round(width * unit) };
      });
    });
    const sharp = this.#canvas.width / Math.max(1, this.#canvas.clientWidth);
    const picture = h("canvas", { width: Math.ceil((right - left) * sharp), height: Math.ceil((bottom - top) * sharp) });
    picture.getContext("2d")?.drawImage(this.#canvas, -left * sharp, -top * sharp);
    return { png: picture.toDataURL("image/png"), strokes };
  }

  async #fit(): Promise<void> {
    const width = this.#canvas.clientWidth;
    if (width === 0) return;
    const sharp = Math.max(devicePixelRatio || 1, 2);
    const height = this.#canvas.clientHeight;
    if (this.#canvas.width === Math.round(width * sharp) && this.#pad) return;
    if (!this.#pad) {
      const { default: Pad } = await import("signature_pad");
      if (this.#pad) return;
      this.#pad = new Pad(this.#canvas, { ...PEN, penColor: "#1a1a1a", backgroundColor: "rgba(0,0,0,0)" });
    }
    const written = this.#pad.toData();
    this.#canvas.width = Math.round(width * sharp);
    this.#canvas.height = Math.round(height * sharp);
    this.#canvas.getContext("2d")?.scale(sharp, sharp);
    this.#pad.clear();
    if (written.length > 0) this.#pad.fromData(written);
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

export function startPad(): void {
  customElements.define("handwriting-pad", HandwritingPad);
}
