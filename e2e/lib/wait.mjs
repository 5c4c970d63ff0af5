/** Waits until something holds; says what did not. */
export async function until(what, holds, { timeout = 20_000, every = 100, explain = () => "" } = {}) {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > end) throw new Error(`timed out: ${what}\n${explain()}`.trim());
    await new Promise((done) => setTimeout(done, every));
  }
}
