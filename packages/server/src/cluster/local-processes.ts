/** Ports and processes of this host. */
import { createServer } from "node:net";

const STOP_TIMEOUT_MILLIS = 10_000;

export function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends it, by force if it does not by itself. */
export async function terminate(pid: number): Promise<void> {
  if (pid <= 0 || !lives(pid)) return;
  process.kill(pid, "SIGTERM");
  const giveUp = Date.now() + STOP_TIMEOUT_MILLIS;
  while (lives(pid)) {
    if (Date.now() > giveUp) {
      process.kill(pid, "SIGKILL");
      return;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
