/** Parsing a long text on another thread; its tree is put together in turns. */
import type { Threads } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import type { Interrupts } from "../execute/executable.ts";
import type { ParsedPart } from "./parse-work.ts";
import type { ParsedStatement } from "./parsed-statement.ts";
import { toStatement } from "./parser.ts";
import { TreeBuilder } from "./tree-parts.ts";

/** Characters; what is shorter is parsed within two milliseconds. */
export const ELSEWHERE_LENGTH = 16_384;

/** Beside this file, or what it is bundled into; sources and build have different extensions. */
const WORK = new URL(import.meta.url.replace(/[^/]+(\.\w+)$/u, "parse-work$1"));

function take(builder: TreeBuilder, part: ParsedPart): void {
  if (part.kind === "error") throw new SqlError(part.sqlstate, part.message, part.fields);
  builder.add(part);
}

export async function parseElsewhere(
  threads: Threads,
  interrupts: Interrupts,
  text: string,
): Promise<readonly ParsedStatement[]> {
  const builder = new TreeBuilder();
  const work = threads.start(WORK, text);
  try {
    for (;;) {
      const parts = (await work.next()) as readonly ParsedPart[] | undefined;
      if (parts === undefined) break;
      for (const part of parts) {
        interrupts.check();
        take(builder, part);
        if (interrupts.overdue()) await interrupts.yield();
      }
    }
  } finally {
    work.close();
  }
  return builder.finish().map((each) => toStatement(text, each));
}
