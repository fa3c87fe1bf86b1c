/** Damage to files of a process that does not run. */
import { readFileSync, writeFileSync } from "node:fs";

/** Flips a bit wherever the text stands; how often that was. */
export function flipBits(file: string, text: string): number {
  const bytes = readFileSync(file);
  let count = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) {
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    count++;
  }
  writeFileSync(file, bytes);
  return count;
}
