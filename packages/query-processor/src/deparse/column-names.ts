/**
 * The names by which a query's relations and columns can be referred to when it is printed
 * (set_deparse_for_query): unique, and current where relations or columns were renamed since.
 */
import type { Expr } from "@firstlight/sql";
import type { BoundQuery, FromItem, RangeTableEntry } from "../bind/query-tree.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";

/** A column that a relation or join has now. */
interface PresentColumn {
  readonly name: string;
  /** Added since the query was stored: nothing in it refers to the column. */
  readonly isNew: boolean;
}

/** Names of one entry's columns. */
export interface ColumnNames {
  /** By position; undefined for dropped columns and those not yet named. */
  readonly names: (string | undefined)[];
  /** In the order in which a list of aliases has them. */
  present: readonly PresentColumn[];
  usingNames: readonly string[];
  parentUsing: readonly string[];
  printAliases: boolean;
}

/** One query level while it is printed. */
export interface Level {
  readonly query: BoundQuery;
  /** Undefined for joins without alias. */
  readonly relationNames: readonly (string | undefined)[];
  readonly columns: readonly ColumnNames[];
  readonly parent: Level | undefined;
  /** The alias of a join hides what is in it: its entry, by the entries inside. */
  readonly hiddenBy: ReadonlyMap<number, number>;
}

type JoinEntry = Extract<RangeTableEntry, { kind: "join" }>;
type JoinItem = Extract<FromItem, { kind: "join" }>;

function relationOf(entry: RangeTableEntry): number | undefined {
  if (entry.kind === "table" || entry.kind === "virtual") return entry.table.oid;
  return entry.kind === "subquery" ? entry.view : undefined;
}

/** The relation's current name; what a view is printed from may be older. */
function currentName(image: CatalogImage, entry: RangeTableEntry): string {
  const oid = relationOf(entry);
  const relation = oid === undefined ? undefined : image.relationByOid(oid);
  return relation?.name ?? entry.alias;
}

function uniqueNames(
  image: CatalogImage,
  entries: readonly RangeTableEntry[],
  parent: Level | undefined,
): readonly (string | undefined)[] {
  const counters = new Map<string, number>();
  for (let level = parent; level !== undefined; level = level.parent) {
    for (const name of level.relationNames) if (name !== undefined) counters.set(name, 0);
  }
  return entries.map((entry) => {
    if (entry.kind === "join" && entry.written === undefined) return undefined;
    const name = entry.written?.name ?? currentName(image, entry);
    const count = counters.get(name);
    if (count === undefined) {
      counters.set(name, 0);
      return name;
    }
    let next = count;
    let candidate: string;
    do candidate = `${name}_${++next}`;
    while (counters.has(candidate));
    counters.set(name, next);
    counters.set(candidate, 0);
    return candidate;
  });
}

function currentColumns(
  image: CatalogImage,
  entry: RangeTableEntry,
): readonly (string | undefined)[] {
  const oid = relationOf(entry);
  const relation = oid === undefined ? undefined : image.relationByOid(oid);
  if (relation === undefined || relation.kind === "sequence") {
    return entry.columns.map(({ name }) => (name === "" ? undefined : name));
  }
  return relation.columns.map((column) =>
    "dropped" in column && column.dropped ? undefined : column.name,
  );
}

function joinItems(items: readonly FromItem[]): readonly JoinItem[] {
  return items.flatMap((item) =>
    item.kind === "join" ? [item, ...joinItems([item.left, item.right])] : [],
  );
}

function entriesIn(item: FromItem): readonly number[] {
  if (item.kind === "rte") return [item.rte];
  return [item.rte, ...entriesIn(item.left), ...entriesIn(item.right)];
}

function fromOf(query: BoundQuery): readonly FromItem[] {
  return "from" in query ? query.from : [];
}

class Namer {
  readonly #entries: readonly RangeTableEntry[];
  readonly #columns: readonly ColumnNames[];
  readonly #globallyUnique: string[] = [];
  readonly #unique: boolean;

  constructor(entries: readonly RangeTableEntry[], joins: readonly JoinItem[]) {
    this.#entries = entries;
    this.#columns = entries.map(() => ({
      names: [],
      present: [],
      usingNames: [],
      parentUsing: [],
      printAliases: false,
    }));
    this.#unique = joins.some((join) => this.#mergesValues(join));
  }

  /** An unnamed FULL JOIN USING: its merged columns have no other name (has_dangerous_join_using). */
  #mergesValues({ rte, using = [] }: JoinItem): boolean {
    const entry = this.#entries[rte];
    if (entry?.kind !== "join" || entry.written !== undefined) return false;
    return entry.values.slice(0, using.length).some((value) => value.kind !== "var");
  }

  of(rte: number): ColumnNames {
    const columns = this.#columns[rte];
    if (columns === undefined) throw new Error(`no range table entry ${rte}`);
    return columns;
  }

  get all(): readonly ColumnNames[] {
    return this.#columns;
  }

  #isFree(name: string, own: ColumnNames): boolean {
    return (
      !own.names.includes(name) &&
      !own.present.some((each) => each.name === name) &&
      !own.parentUsing.includes(name) &&
      !this.#globallyUnique.includes(name)
    );
  }

  #uniqueIn(name: string, own: ColumnNames): string {
    let candidate = name;
    for (let n = 1; !this.#isFree(candidate, own); n++) candidate = `${name}_${n}`;
    return candidate;
  }

  /** The column of a side that a join's column is. */
  #sources(item: FromItem, value: Expr): readonly { rte: number; column: number }[] {
    if (value.kind === "coalesce") return value.args.flatMap((arg) => this.#sources(item, arg));
    const plain = bare(value);
    if (plain.kind !== "var") return [];
    if (item.kind === "rte") return [{ rte: plain.rte, column: plain.column }];
    return [{ rte: plain.rte, column: plain.column }];
  }

  /** Names that a USING gives to columns below it (set_using_names). */
  nameUsing(item: FromItem, parentUsing: readonly string[]): void {
    if (item.kind === "rte") return;
    const own = this.of(item.rte);
    const entry = this.#entries[item.rte];
    let inner = parentUsing;
    if (item.using !== undefined && entry?.kind === "join") {
      own.usingNames = item.using.map((name, index) => {
        const wanted = own.names[index] ?? entry.written?.columns[index] ?? name;
        const chosen = own.names[index] ?? this.#uniqueIn(wanted, own);
        if (this.#unique) this.#globallyUnique.push(chosen);
        own.names[index] = chosen;
        this.#pushDown(item, name, chosen);
        return chosen;
      });
      inner = [...parentUsing, ...own.usingNames];
    }
    for (const side of [item.left, item.right]) {
      this.of(side.rte).parentUsing = inner;
      this.nameUsing(side, inner);
    }
  }

  /** Both sides must call the column by the name that USING says. */
  #pushDown(item: JoinItem, name: string, chosen: string): void {
    for (const side of [item.left, item.right]) this.#setName(side, name, chosen);
  }

  #setName(item: FromItem, name: string, chosen: string): void {
    const entry = this.#entries[item.rte];
    if (entry === undefined) return;
    const at = entry.columns.findIndex((column) => column.name === name);
    if (at < 0) return;
    this.of(item.rte).names[at] = chosen;
    if (item.kind === "rte" || entry.written !== undefined || entry.kind !== "join") return;
    const value = entry.values[at];
    for (const side of [item.left, item.right]) {
      const inside = entriesIn(side);
      const sources = value === undefined ? [] : this.#sources(side, value);
      if (sources.some(({ rte }) => inside.includes(rte))) this.#setName(side, name, chosen);
    }
  }

  /** set_relation_column_names. */
  nameRelation(image: CatalogImage, rte: number, entry: RangeTableEntry): void {
    const own = this.of(rte);
    const real = currentColumns(image, entry);
    let live = 0;
    let changed = false;
    real.forEach((name, index) => {
      const known = entry.columns[index];
      const hidden = known !== undefined && known.name === "" && relationOf(entry) === undefined;
      if (name === undefined || hidden) return;
      const isOld = known !== undefined && known.name !== "";
      const alias = isOld ? entry.written?.columns[live] : undefined;
      if (isOld) live++;
      own.names[index] ??= this.#uniqueIn(alias ?? name, own);
      changed ||= own.names[index] !== name;
    });
    own.present = own.names.flatMap((name, index) =>
      name === undefined ? [] : [{ name, isNew: (entry.columns[index]?.name ?? "") === "" }],
    );
    own.printAliases = printsAliases(entry, changed);
  }

  /** set_join_column_names. */
  nameJoin(item: JoinItem, entry: JoinEntry): void {
    const { rte } = item;
    const own = this.of(rte);
    let changed = false;
    for (let at = own.usingNames.length; at < entry.values.length; at++) {
      const value = entry.values[at];
      const plain = value === undefined ? undefined : bare(value);
      const real =
        plain?.kind === "var" ? this.of(plain.rte).names[plain.column] : entry.columns[at]?.name;
      if (real === undefined || entry.written === undefined) {
        own.names[at] = real;
        continue;
      }
      own.names[at] ??= this.#uniqueIn(entry.written.columns[at] ?? real, own);
      changed ||= own.names[at] !== real;
    }
    const added = this.#placePresent(item, entry);
    own.printAliases = entry.written !== undefined && (changed || added);
  }

  /**
   * The join's columns as they would be if it were written now: merged ones, then those of each side,
   * new ones in their places. Whether one of these got another name.
   */
  #placePresent({ rte, left, right }: JoinItem, entry: JoinEntry): boolean {
    const own = this.of(rte);
    const merged = new Set(own.usingNames);
    const old = own.names.flatMap((name) => (name === undefined ? [] : [name]));
    own.present = old.slice(0, merged.size).map((name) => ({ name, isNew: false }));
    let next = merged.size;
    let changed = false;
    for (const side of [left, right]) {
      for (const { name, isNew } of this.of(side.rte).present) {
        if (!isNew && merged.has(name)) continue;
        const known = isNew ? undefined : old[next++];
        const chosen = known ?? (entry.written === undefined ? name : this.#uniqueIn(name, own));
        changed ||= isNew && chosen !== name;
        own.present = [...own.present, { name: chosen, isNew }];
      }
    }
    return changed;
  }
}

function printsAliases(entry: RangeTableEntry, changed: boolean): boolean {
  if (entry.kind === "function") return true;
  if (relationOf(entry) !== undefined) return changed;
  return changed || (entry.written?.columns.length ?? 0) > 0;
}

/** Below the casts that USING adds. */
export function bare(expr: Expr): Expr {
  if (expr.kind === "relabel" || expr.kind === "coerceViaIO") return bare(expr.arg);
  const [only] = expr.kind === "call" && expr.display === "implicitCast" ? expr.args : [];
  return only === undefined ? expr : bare(only);
}

function hiddenEntries(
  entries: readonly RangeTableEntry[],
  joins: readonly JoinItem[],
): ReadonlyMap<number, number> {
  const hidden = new Map<number, number>();
  for (const join of joins) {
    if (entries[join.rte]?.written === undefined) continue;
    for (const rte of [...entriesIn(join.left), ...entriesIn(join.right)]) {
      if (!hidden.has(rte)) hidden.set(rte, join.rte);
    }
  }
  return hidden;
}

export function levelOf(image: CatalogImage, query: BoundQuery, parent: Level | undefined): Level {
  const { rangeTable } = query;
  const from = fromOf(query);
  const joins = joinItems(from);
  const namer = new Namer(rangeTable, joins);
  for (const item of from) namer.nameUsing(item, []);
  rangeTable.forEach((entry, rte) => {
    const item = entry.kind === "join" ? joins.find((join) => join.rte === rte) : undefined;
    if (entry.kind === "join") {
      if (item !== undefined) namer.nameJoin(item, entry);
    } else namer.nameRelation(image, rte, entry);
  });
  return {
    query,
    relationNames: uniqueNames(image, rangeTable, parent),
    columns: namer.all,
    parent,
    hiddenBy: hiddenEntries(rangeTable, joins),
  };
}
