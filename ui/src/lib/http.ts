/** Requests to our own server. Problems (RFC 9457) come in the reader's language and are shown as they are. */

export interface FieldProblem {
  field: string;
  message: string;
}

export class Problem extends Error {
  constructor(
    /** The HTTP status; 0 if no answer came. */
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldProblem[] = [],
  ) {
    super(title);
  }

  /** Worth trying again by itself: no answer, or the server is busy or starting. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  /** Title and detail in one line. */
  get words(): string {
    return [this.title, this.detail].filter(Boolean).join(" ");
  }
}

interface ProblemBody {
  title?: string;
  detail?: string;
  errors?: FieldProblem[];
}

export async function problemOf(status: number, body: string): Promise<Problem> {
  let parsed: ProblemBody = {};
  try {
    parsed = JSON.parse(body) as ProblemBody;
  } catch {
    // A proxy in between answered with a page of its own; the status is all that is known.
  }
  return new Problem(status, parsed.title ?? `HTTP ${status}`, parsed.detail ?? "", parsed.errors ?? []);
}

export async function send<T>(method: string, url: string, body?: unknown, options: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      credentials: "same-origin",
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...options,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "", "");
  }
  const text = await response.text();
  if (!response.ok) throw await problemOf(response.status, text);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** A fragment of a page, as the server gives it to htmx. */
export async function page(url: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin", headers: { "HX-Request": "true", accept: "text/html" } });
  } catch {
    throw new Problem(0, "", "");
  }
  const text = await response.text();
  if (!response.ok) throw new Problem(response.status, "", text);
  return text;
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
