// Reads what the SMTP server kept: RFC 5322 and MIME, as far as a mail reader needs it.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { until } from "./wait.mjs";

function splitHead(text) {
  const at = text.search(/\r?\n\r?\n/);
  if (at < 0) return [text, ""];
  return [text.slice(0, at), text.slice(at).replace(/^\r?\n\r?\n/, "")];
}

function headers(head) {
  const unfolded = head.replace(/\r?\n[ \t]+/g, " ");
  const found = new Map();
  for (const line of unfolded.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) found.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return found;
}

/** Encoded words (RFC 2047); blanks between two of them are not part of the text. */
export function decodeWords(value) {
  const joined = value.replace(/\?=\s+=\?/g, "?==?");
  return joined.replace(/=\?([^?]+)\?([bq])\?([^?]*)\?=/gi, (_, charset, how, text) => {
    const bytes =
      how.toLowerCase() === "b" ? Buffer.from(text, "base64") : quoted(text.replaceAll("_", " "));
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  });
}

function quoted(text) {
  const bytes = [];
  const flat = text.replace(/=\r?\n/g, "");
  for (let at = 0; at < flat.length; at += 1) {
    const code = flat[at] === "=" ? Number.parseInt(flat.slice(at + 1, at + 3), 16) : Number.NaN;
    if (Number.isNaN(code)) {
      bytes.push(...Buffer.from(flat[at], "utf8"));
    } else {
      bytes.push(code);
      at += 2;
    }
  }
  return Buffer.from(bytes);
}

function decodeBody(head, body) {
  const encoding = (head.get("content-transfer-encoding") ?? "7bit").toLowerCase();
  const charset = /charset="?([^";\s]+)/i.exec(head.get("content-type") ?? "")?.[1] ?? "utf-8";
  const bytes =
    encoding === "base64"
      ? Buffer.from(body, "base64")
      : encoding === "quoted-printable"
        ? quoted(body)
        : Buffer.from(body, "latin1");
  return new TextDecoder(charset, { fatal: true }).decode(bytes);
}

function parts(text, into) {
  const [rawHead, body] = splitHead(text);
  const head = headers(rawHead);
  const type = head.get("content-type") ?? "text/plain";
  const boundary = /boundary="?([^";]+)/i.exec(type)?.[1];
  if (/^multipart\//i.test(type) && boundary) {
    const pieces = body.split(`--${boundary}`).slice(1, -1);
    for (const piece of pieces) parts(piece.replace(/^\r?\n/, "").replace(/\r?\n$/, ""), into);
  } else {
    into.set(type.split(";")[0].trim().toLowerCase(), decodeBody(head, body));
  }
  return head;
}

/** One mail: to whom it was handed over, its subject, its two readings. */
export function parseMail(bytes, facts) {
  const bodies = new Map();
  const head = parts(bytes.toString("latin1"), bodies);
  return {
    recipients: facts.rcpt_tos,
    from: decodeWords(head.get("from") ?? ""),
    replyTo: decodeWords(head.get("reply-to") ?? ""),
    subject: decodeWords(head.get("subject") ?? ""),
    messageId: head.get("message-id") ?? "",
    text: bodies.get("text/plain") ?? "",
    html: bodies.get("text/html") ?? "",
  };
}

/** The folder of the SMTP server. */
export class Mailbox {
  #read = new Map();

  constructor(folder) {
    this.folder = folder;
  }

  all() {
    for (const name of readdirSync(this.folder).filter((entry) => entry.endsWith(".json")).sort()) {
      if (this.#read.has(name)) continue;
      const facts = JSON.parse(readFileSync(join(this.folder, name), "utf8"));
      const bytes = readFileSync(join(this.folder, name.replace(/json$/, "eml")));
      this.#read.set(name, parseMail(bytes, facts));
    }
    return [...this.#read.values()];
  }

  to(address) {
    return this.all().filter((mail) => mail.recipients.includes(address));
  }

  /** Waits for the newest mail to `address` whose subject matches; `after` = how many such mails are old. */
  async wait(address, subject, after = 0) {
    const matching = () => this.to(address).filter((mail) => subject.test(mail.subject));
    await until(`mail to ${address} with subject ${subject} (have: ${after})`, () => matching().length > after, {
      explain: () => this.all().map((mail) => `${mail.recipients} ${mail.subject}`).join("\n"),
    });
    return matching().at(-1);
  }
}

/** The one link with that path in both readings of a mail; both must hold the same. */
export function linkIn(mail, path) {
  const pattern = new RegExp(`https?://[^\\s"'<>]+${path}[^\\s"'<>]+`, "g");
  const inText = new Set(mail.text.match(pattern) ?? []);
  const inHtml = new Set((mail.html.match(pattern) ?? []).map((url) => url.replaceAll("&amp;", "&")));
  if (inText.size !== 1 || inHtml.size !== 1) {
    throw new Error(`expected one link ${path} in each reading: ${[...inText]} / ${[...inHtml]}`);
  }
  const [link] = inText;
  if (!inHtml.has(link)) throw new Error(`text and HTML hold different links: ${link} / ${[...inHtml]}`);
  return link;
}
