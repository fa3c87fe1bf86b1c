/** A function's own settings while it runs: set before, put back after, whatever happens. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { ExecutionContext } from "../executable.ts";

export function withSettings<T>(
  config: readonly string[] | undefined,
  { evaluation }: ExecutionContext,
  step: () => MaybePromise<T>,
): MaybePromise<T> {
  const { session } = evaluation;
  if (config === undefined || session === undefined) return step();
  const before: (readonly [string, string])[] = [];
  const restore = (): void => {
    for (const [name, value] of before.toReversed()) session.setSetting(name, value, true);
  };
  let result: MaybePromise<T>;
  try {
    for (const each of config) {
      const at = each.indexOf("=");
      const name = each.slice(0, at);
      before.push([name, session.getSetting(name) ?? ""]);
      session.setSetting(name, each.slice(at + 1), true);
    }
    result = step();
  } catch (error) {
    restore();
    throw error;
  }
  if (isPromise(result)) return result.finally(restore);
  restore();
  return result;
}
