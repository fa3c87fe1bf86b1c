/** What ANALYZE is told of a column: ALTER COLUMN ... SET STATISTICS, SET (n_distinct = ...), RESET. */
import { SqlError } from "@firstlight/common";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, items, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { optionText } from "./view-options.ts";

const TARGET_MAX = 10_000;
const OPTIONS: ReadonlySet<string> = new Set(["n_distinct", "n_distinct_inherited"]);

type FindColumn = (table: TableDescriptor, name: string) => ColumnDescriptor;
type Replace = (table: TableDescriptor, column: ColumnDescriptor) => TableDescriptor;

function integerOf(node: ParseNode | undefined): number {
  const value = node?.["ival"];
  return typeof value === "number" ? value : 0;
}

/** -1: the default. */
export function targetOf(context: DdlContext, command: ParseNode): number {
  const target = integerOf(asTag(child(command, "def") ?? {}, "Integer"));
  if (target < -1) throw new SqlError("22023", `statistics target ${target} is too low`);
  if (target <= TARGET_MAX) return target;
  context.session.notice("WARNING", "22023", `lowering statistics target to ${TARGET_MAX}`);
  return TARGET_MAX;
}

export function setStatistics(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
  tools: { readonly find: FindColumn; readonly replace: Replace },
): TableDescriptor {
  const name = string(command, "name");
  if (name === "") {
    throw new SqlError("0A000", "cannot refer to non-index column by number");
  }
  const target = targetOf(context, command);
  const { statisticsTarget: _, ...bare } = tools.find(table, name);
  return tools.replace(table, target === -1 ? bare : { ...bare, statisticsTarget: target });
}

function checkDistinct(name: string, text: string): void {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(value)) {
    throw new SqlError("22023", `invalid value for floating point option "${name}": ${text}`);
  }
  if (value >= -1 && Number.isFinite(value)) return;
  throw new SqlError("22023", `value ${text} out of bounds for option "${name}"`, {
    detail: `Valid values are between "-1.000000" and "${BigInt(Number.MAX_VALUE)}.000000".`,
  });
}

/** The options as they are kept: `name=value`. */
export function setColumnOptions(
  table: TableDescriptor,
  command: ParseNode,
  tools: { readonly find: FindColumn; readonly replace: Replace },
  resets: boolean,
): TableDescriptor {
  const { options = [], ...bare } = tools.find(table, string(command, "name"));
  const kept = new Map(options.map((each) => [each.slice(0, each.indexOf("=")), each]));
  for (const item of items(child(command, "def"))) changeOption(kept, item, resets);
  const left = [...kept.values()];
  return tools.replace(table, left.length === 0 ? bare : { ...bare, options: left });
}

function changeOption(kept: Map<string, string>, item: ParseNode, resets: boolean): void {
  const element = asTag(item, "DefElem") ?? {};
  const name = string(element, "defname");
  const text = child(element, "arg") === undefined ? undefined : optionText(element);
  if (resets) {
    if (text !== undefined) {
      throw new SqlError("42601", "RESET must not include values for parameters");
    }
    kept.delete(name);
    return;
  }
  if (!OPTIONS.has(name)) throw new SqlError("22023", `unrecognized parameter "${name}"`);
  const value = text ?? "true";
  checkDistinct(name, value);
  kept.delete(name);
  kept.set(name, `${name}=${value}`);
}
