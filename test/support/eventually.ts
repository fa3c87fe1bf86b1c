/** Waits for a condition of another process; the bound is there to fail, not to measure. */
const MILLIS_MAX = 60_000;
const PAUSE_MILLIS = 25;

export async function eventually(what: string, holds: () => unknown): Promise<void> {
  const deadline = Date.now() + MILLIS_MAX;
  while ((await holds()) !== true) {
    if (Date.now() > deadline) throw new Error(`did not come true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLIS));
  }
}
