// Lets a program live at another time, through Debian's libfaketime.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The library; it must be there, for a test that cannot move the clock shows nothing. */
export function libfaketime() {
  const found = readdirSync("/usr/lib")
    .map((name) => join("/usr/lib", name, "faketime", "libfaketime.so.1"))
    .find((path) => existsSync(path));
  if (!found) throw new Error("libfaketime is not installed (Debian: libfaketime)");
  return found;
}

/** What a process's environment needs to believe that it is later, for example "+91d". Timers go on as they are. */
export const later = (offset) => ({
  LD_PRELOAD: libfaketime(),
  FAKETIME: offset,
  FAKETIME_DONT_FAKE_MONOTONIC: "1",
  NO_FAKE_STAT: "1",
});
