/** Ends the process in an orderly way, once, however often it is asked to. */

/** Runs `stop` on SIGINT or SIGTERM, then exits 0; a second signal exits at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const handle = (): void => {
    if (stopping) process.exit(130);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`firstlight: could not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", handle);
  process.on("SIGTERM", handle);
}

/** What cannot be handled ends the process: its state can no longer be trusted. */
export function stopOnDefect(report: (error: unknown) => void): void {
  const fail = (error: unknown): void => {
    report(error);
    process.exit(70);
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
}
