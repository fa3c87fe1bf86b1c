/** Parts of long texts that do not keep the whole alive, as V8's slices do. */

/** Shorter texts may be kept. */
const WHOLE_MIN = 1024;
/** V8 copies what is shorter by itself. */
const PART_MIN = 13;
/** Copied at one go: about a millisecond. */
const PART_MAX = 1 << 20;

export function detached(part: string, whole: string): string {
  if (whole.length < WHOLE_MIN || part.length * 2 > whole.length) return part;
  if (part.length < PART_MIN || part.length > PART_MAX) return part;
  return Buffer.from(part, "utf8").toString("utf8");
}
