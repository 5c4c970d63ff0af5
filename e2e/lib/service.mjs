// Starts the real service with a data folder of its own, and a real SMTP server for its mails.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mailbox } from "./mail.mjs";
import { binary, python, root } from "./paths.mjs";
import { until } from "./wait.mjs";

export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** This process's environment without anything that configures Akashi. */
function bareEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AKASHI_")));
}

function lines(stream, take) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop();
    parts.forEach(take);
  });
  stream.on("end", () => rest && take(rest));
}

async function startSmtp(folder) {
  const script = join(root, "judges", "smtp_server.py");
  const process_ = spawn(python(), [script, "--folder", folder, "--stop-with-stdin"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaint = "";
  process_.stderr.setEncoding("utf8").on("data", (text) => (complaint += text));
  const ready = await new Promise((done, fail) => {
    lines(process_.stdout, (line) => done(JSON.parse(line)));
    process_.once("exit", (code) => fail(new Error(`SMTP server ended with ${code}: ${complaint}`)));
  });
  return { ...ready, stop: () => process_.stdin.end() };
}

export class Service {
  log = [];
  out = [];

  /**
   * Starts; `trial` leaves the mail server out, so that mail stays on this machine. `settings` is the text of an
   * `akashi.toml`. `prepare` may fill the data folder before the first start.
   */
  static async start({ trial = false, settings = "", prepare = null } = {}) {
    const service = new Service();
    service.folder = mkdtempSync(join(tmpdir(), "akashi-e2e-"));
    service.data = join(service.folder, "data");
    if (settings) writeFileSync(join(service.folder, "akashi.toml"), settings);
    const port = await freePort();
    service.base = `http://127.0.0.1:${port}`;
    service.environment = {
      ...bareEnvironment(),
      AKASHI_SERVER__LISTEN: `127.0.0.1:${port}`,
      AKASHI_SERVER__PUBLIC_URL: service.base,
      RUST_BACKTRACE: "1",
      NO_COLOR: "1",
    };
    if (!trial) {
      service.smtp = await startSmtp(join(service.folder, "mails"));
      service.mails = new Mailbox(join(service.folder, "mails"));
      Object.assign(service.environment, {
        AKASHI_MAIL__HOST: service.smtp.host,
        AKASHI_MAIL__PORT: String(service.smtp.port),
        AKASHI_MAIL__SECURITY: "none",
        AKASHI_MAIL__FROM: "keiyaku@minato.example",
      });
    }
    try {
      await prepare?.(service);
      await service.run();
    } catch (error) {
      service.smtp?.stop();
      throw error;
    }
    return service;
  }

  /** Runs another command of the program on the same data and configuration; gives what it printed. */
  command(...words) {
    return execFileSync(binary(), [...words, "--data", this.data], {
      cwd: this.folder,
      env: this.environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Starts `akashi worker` beside the service. */
  worker() {
    const child = spawn(binary(), ["worker", "--data", this.data], {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    lines(child.stdout, (line) => this.out.push(line));
    lines(child.stderr, (line) => this.log.push(line));
    const ended = new Promise((done) => child.once("exit", (code, signal) => done({ code, signal })));
    const stop = async () => {
      child.kill("SIGTERM");
      const end = await ended;
      if (end.code !== 0) throw new Error(`the worker ended with ${JSON.stringify(end)}\n${this.tail()}`);
    };
    return { child, ended, stop };
  }

  /** Starts the process; also after `halt`, on the same data. */
  async run() {
    const child = spawn(binary(), ["serve", "--data", this.data], {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    lines(child.stdout, (line) => this.out.push(line));
    lines(child.stderr, (line) => this.log.push(line));
    this.ended = new Promise((done) => child.once("exit", (code, signal) => done({ code, signal })));
    let over = null;
    void this.ended.then((end) => (over = end));
    await until(
      "the service answers",
      async () => {
        if (over) throw new Error(`the service ended at start: ${JSON.stringify(over)}\n${this.tail()}`);
        const answer = await fetch(`${this.base}/readyz`).catch(() => null);
        return answer?.ok;
      },
      { timeout: 60_000, explain: () => this.tail() },
    );
  }

  /** The one-time link that was printed at the first start. */
  async setupLink() {
    const pattern = /https?:\/\/\S+\/setup\/\S+/;
    await until("the set-up link on standard output", () => this.#everything().some((line) => pattern.test(line)), {
      explain: () => this.tail(),
    });
    return this.#everything().map((line) => pattern.exec(line)?.[0]).find(Boolean);
  }

  #everything() {
    return [...this.out, ...this.log];
  }

  tail() {
    return [...this.out.slice(-10), ...this.log.slice(-40)].join("\n");
  }

  /** What must never stand in the log. */
  defects() {
    return this.#everything().filter((line) => /panicked|request panicked|alarm[=":\s]+true/i.test(line));
  }

  /** Asks the process to end and waits until it has. */
  async halt() {
    this.child.kill("SIGTERM");
    const late = new Promise((done) => setTimeout(() => done(null), 30_000).unref());
    const end = await Promise.race([this.ended, late]);
    if (end === null) {
      this.child.kill("SIGKILL");
      throw new Error(`the service did not end within 30 s of SIGTERM\n${this.tail()}`);
    }
    if (end.code !== 0) throw new Error(`the service ended with ${JSON.stringify(end)}\n${this.tail()}`);
  }

  /** Ends the process as a power cut would. */
  async kill() {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  /** Ends everything; throws when the service panicked, raised an alarm or did not end well. */
  async stop() {
    try {
      await this.halt();
    } finally {
      this.smtp?.stop();
      rmSync(this.folder, { recursive: true, force: true });
    }
    const defects = this.defects();
    if (defects.length > 0) throw new Error(`the service logged defects:\n${defects.join("\n")}`);
  }
}
