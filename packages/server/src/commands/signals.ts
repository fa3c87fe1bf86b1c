/** Ends the process in an orderly way, once, however often it is asked to. */

const STOP_MILLIS_MAX = 10_000;

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

/** As a signal would, when the process that started this one is gone; bounded, as all go at once. */
export function stopWithParent(): void {
  const stop = (): void => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), STOP_MILLIS_MAX).unref();
  };
  if (process.send === undefined) return;
  if (process.connected) process.on("disconnect", stop);
  else stop();
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
