// A time-stamp authority outside of the program under test: openssl answers (RFC 3161), with a root of its own.
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { libfaketime } from "./later.mjs";

const POLICY = "1.3.6.1.4.1.99999.3161.1";

const CONFIGURATION = `
[tsa]
default_tsa = tsa_here
[tsa_here]
serial = serial
signer_cert = tsa.pem
certs = root.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = ${POLICY}
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[req]
distinguished_name = name
prompt = no
[name]
`;

/** Stops and starts as authorities do. `ill` makes it answer 503; `fast` makes its clock wrong by so many seconds. */
export class Tsa {
  requests = 0;
  ill = false;
  fast = 0;
  #port = 0;
  #last = Promise.resolve();

  constructor(folder, name = "Harbour Time-Stamping") {
    this.folder = folder;
    this.root = join(folder, "root.pem");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "openssl.cnf"), CONFIGURATION);
    writeFileSync(join(folder, "serial"), "01\n");
    const openssl = (...words) => execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "openssl.cnf"];
    openssl("req", "-x509", ...key, "-keyout", "root.key", "-out", "root.pem", "-days", "3650", "-extensions", "root", "-subj", `/C=JP/O=${name}/CN=${name} Root`);
    openssl("req", ...key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", `/C=JP/O=${name}/CN=${name} TSA 1`);
    openssl("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "2", "-days", "3650", "-extfile", "openssl.cnf", "-extensions", "stamping", "-out", "tsa.pem");
  }

  /** Where it listens, from the first start on. */
  get url() {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async start() {
    this.server = createServer((request, answer) => void this.#answer(request, answer));
    await new Promise((done, fail) => {
      this.server.once("error", fail);
      this.server.listen(this.#port, "127.0.0.1", done);
    });
    this.#port = this.server.address().port;
    return this;
  }

  async stop() {
    const { server } = this;
    if (!server) return;
    this.server = null;
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  }

  async #answer(request, answer) {
    const parts = [];
    for await (const part of request) parts.push(part);
    this.requests += 1;
    if (this.ill) {
      answer.writeHead(503).end();
      return;
    }
    // One at a time: openssl keeps the serial number in a file.
    const reply = this.#last.then(() => this.#reply(Buffer.concat(parts)));
    this.#last = reply.catch(() => null);
    const der = await reply;
    answer.writeHead(200, { "content-type": "application/timestamp-reply", "content-length": der.length });
    answer.end(der);
  }

  #reply(query) {
    const environment = this.fast === 0 ? {} : { LD_PRELOAD: libfaketime(), FAKETIME: `+${this.fast}s` };
    writeFileSync(join(this.folder, "query.tsq"), query);
    return new Promise((done, fail) => {
      execFile(
        "openssl",
        ["ts", "-reply", "-config", "openssl.cnf", "-queryfile", "query.tsq"],
        { cwd: this.folder, encoding: "buffer", env: { ...process.env, ...environment } },
        (error, out, complaint) => (error ? fail(new Error(`openssl ts: ${complaint}`)) : done(out)),
      );
    });
  }
}

/** The part of an `akashi.toml` that names authorities on this machine, and believes `roots`. */
export function settingsFor(authorities, roots) {
  const quoted = (text) => JSON.stringify(text);
  return [
    "[time_stamp]",
    "client = { allow_private_addresses = true }",
    ...authorities.map(({ url }) => `[[time_stamp.authorities]]\nurl = ${quoted(url)}`),
    "[authority]",
    `trusted_roots = [${roots.map(quoted).join(", ")}]`,
    "",
  ].join("\n");
}
