/** Types of columns and keys, and what of a primary key stays. */
import { baseTypeOid, formatType, packTypmod } from "@firstlight/sql";
import type { SchemaRules } from "../profile.ts";
import type { RuleBook } from "./rule-book.ts";

const NUMERIC = 1700;
/** What numeric without precision and scale is. */
const NUMERIC_DEFAULT = [18, 6];

/** How long values may be declared to be; modifiers count four bytes more. */
const LENGTHS: ReadonlyMap<number, { readonly name: string; readonly max: number }> = new Map([
  [1042, { name: "char", max: 4_096 }],
  [1043, { name: "varchar", max: 65_535 }],
]);
const TYPMOD_HEADER = 4;

/** OIDs of the user guide's list: those that keys may have, too, and the others. */
const KEY_TYPES: ReadonlySet<number> = new Set([
  16, 20, 21, 23, 25, 700, 701, 1042, 1043, 1082, 1083, 1114, 1184, 1700, 2950,
]);
const OTHER_TYPES: ReadonlySet<number> = new Set([17, 114, 1186, 1266, 3802]);

export class DsqlSchemaRules implements SchemaRules {
  readonly #book: RuleBook;

  constructor(book: RuleBook) {
    this.#book = book;
  }

  columnType(type: number, typmod: number): number {
    const base = baseTypeOid(type);
    if (!KEY_TYPES.has(base) && !OTHER_TYPES.has(base)) {
      this.#book.refuse("column-type", formatType(base));
    }
    this.#checkLength(base, typmod);
    if (type !== NUMERIC || typmod !== -1) return typmod;
    return packTypmod(NUMERIC, NUMERIC_DEFAULT) ?? typmod;
  }

  #checkLength(type: number, typmod: number): void {
    const limit = LENGTHS.get(type);
    if (limit !== undefined && typmod - TYPMOD_HEADER > limit.max) {
      this.#book.refuse("column-length", `${limit.name} cannot exceed ${limit.max}`);
    }
  }

  keyType(type: number): void {
    const base = baseTypeOid(type);
    if (!KEY_TYPES.has(base)) this.#book.refuse("key-type", formatType(base));
  }

  dropColumn({ name, inPrimaryKey }: { name: string; inPrimaryKey: boolean }): void {
    if (inPrimaryKey) this.#book.refuse("drop-primary-key-column", name);
  }

  dropConstraint({ isPrimaryKey }: { isPrimaryKey: boolean }): void {
    if (isPrimaryKey) this.#book.refuse("drop-primary-key");
  }
}
