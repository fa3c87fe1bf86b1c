/**
 * The text format of COPY FROM. Lines without a backslash, which is nearly all of them, are cut by
 * searching for the delimiter only.
 */
import { DEFAULT_FIELD } from "./field.ts";
import type { Field } from "./field.ts";
import { RowReader } from "./row-reader.ts";
import { unescape } from "./unescape.ts";

const BACKSLASH = 0x5c;

export class TextReader extends RowReader {
  protected override fields(text: string, start: number, end: number): Field[] {
    return this.lines.isPlain(text, start, end)
      ? this.#plainFields(text, start, end)
      : this.#escapedFields(text, start, end);
  }

  /** NULL and the default are recognized as they are written, before backslashes mean anything. */
  #valueOf(raw: string, escaped: boolean): Field {
    const { nullText, defaultText } = this.options;
    if (raw === nullText) return null;
    if (raw === defaultText) return DEFAULT_FIELD;
    return escaped ? unescape(raw) : raw;
  }

  #plainFields(text: string, start: number, end: number): Field[] {
    const { delimiter } = this.options;
    const fields: Field[] = [];
    let at = start;
    for (;;) {
      const found = text.indexOf(delimiter, at);
      const stop = found < 0 || found > end ? end : found;
      const field = text.slice(at, stop);
      fields.push(this.#valueOf(field, false));
      if (stop === end) return fields;
      at = stop + 1;
    }
  }

  #escapedFields(text: string, start: number, end: number): Field[] {
    const { delimiter } = this.options;
    const delimiterCode = delimiter.charCodeAt(0);
    const fields: Field[] = [];
    let from = start;
    let escaped = false;
    for (let at = start; at <= end; at++) {
      const code = at === end ? delimiterCode : text.charCodeAt(at);
      // At the end of the data a backslash may have nothing behind it: it is left out.
      if (code === BACKSLASH && at + 1 < end) {
        escaped = true;
        at++;
        continue;
      }
      if (code !== delimiterCode && code !== BACKSLASH) continue;
      const raw = text.slice(from, at);
      if (code === BACKSLASH) at = end;
      fields.push(this.#valueOf(raw, escaped));
      from = at + 1;
      escaped = false;
    }
    return fields;
  }
}
