declare module "htmx.org/dist/htmx.esm.min.js" {
  interface SwapContext {
    sourceElement: Element;
    target: Element;
    text: string;
    swap: string;
  }
  const htmx: {
    swap(context: SwapContext): Promise<void>;
    process(element: Element): void;
  };
  export default htmx;
}
