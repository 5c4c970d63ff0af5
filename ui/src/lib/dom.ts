/** Small helpers over the DOM. Everything is built from elements, never from markup in strings. */

export function one<T extends Element = HTMLElement>(root: ParentNode, selector: string): T | null {
  return root.querySelector<T>(selector);
}

export function all<T extends Element = HTMLElement>(root: ParentNode, selector: string): T[] {
  return [...root.querySelectorAll<T>(selector)];
}

/** An element that the template promises; its absence is a defect of the page. */
export function need<T extends Element = HTMLElement>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`the page lacks ${selector}`);
  return found;
}

export type Attributes = Record<string, string | number | boolean | null>;

function apply(element: Element, attributes: Attributes, children: (Node | string)[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
}

export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  apply(element, attributes, children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function s<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, name) as SVGElementTagNameMap[K];
  apply(element, attributes, children);
  return element;
}

/** The address of the icons, beside the favicon that every page names. */
const sprite = (one<HTMLLinkElement>(document, 'link[rel="icon"]')?.href ?? "").replace(/favicon\.svg$/, "icons.svg");

export function icon(name: string): SVGSVGElement {
  return s("svg", { class: "icon", "aria-hidden": "true" }, s("use", { href: `${sprite}#${name}` }));
}

/** Fills `{name}` places of a message. */
export function fill(message: string, values: Record<string, string | number>): string {
  return message.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** The words that the server put on an island. */
export function texts<T>(element: HTMLElement): T {
  return JSON.parse(element.dataset["texts"] ?? "{}") as T;
}

/** Inserts a fragment of our own server. Scripts in it would not run, and there are none. */
export function fragment(markup: string): DocumentFragment {
  return document.importNode(new DOMParser().parseFromString(`<template>${markup}</template>`, "text/html").querySelector("template")!.content, true);
}

export function debounce(delayMs: number, action: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, delayMs);
  };
}
