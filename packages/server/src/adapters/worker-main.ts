/** What runs in the worker of WorkerThreads: generators of modules, one part at a time. */
import { parentPort } from "node:worker_threads";
import type { ThreadAnswer, ThreadRequest } from "./worker-threads.ts";

interface WorkModule {
  work(input: string): Generator<unknown, void> | Promise<Generator<unknown, void>>;
}

type Parts = Promise<Generator<unknown, void>>;

const works = new Map<number, Parts>();

async function started(module: string, input: string): Parts {
  const made = (await import(module)) as WorkModule;
  return await made.work(input);
}

async function answer(id: number, parts: Parts): Promise<ThreadAnswer> {
  try {
    const step = (await parts).next();
    return step.done === true ? { id } : { id, part: step.value };
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on("message", ({ id, step, module, input }: ThreadRequest) => {
  if (step === "close") {
    works.delete(id);
    return;
  }
  if (module !== undefined && input !== undefined) {
    const parts = started(module, input);
    parts.catch(() => {});
    works.set(id, parts);
    return;
  }
  const parts = works.get(id);
  if (parts !== undefined) {
    void answer(id, parts).then((each) => {
      parentPort?.postMessage(each);
    });
  }
});
