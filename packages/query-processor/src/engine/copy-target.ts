/** What COPY FROM gives its rows to. */
import { SqlError } from "@firstlight/common";
import { compileExpr } from "@firstlight/sql";
import { bindColumnExpression } from "../bind/schema-expressions.ts";
import type { Relation } from "../catalog/catalog.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { DdlContext } from "../ddl/ddl-context.ts";
import { imageOf, nameOfParts, ownerOf, relationNamed, tableNamed } from "../ddl/ddl-context.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { checkRequirements } from "../privileges/check-requirements.ts";
import { RIGHT } from "../privileges/rights.ts";
import { schemaChanged } from "./conflict-error.ts";
import { copyColumns } from "./copy-columns.ts";
import type { CopyRequest, CopyTarget } from "./engine.ts";
import { RefusedCopy, columnNamesOf, freezeRefusal, refusalOf } from "./refused-copy.ts";
import { overStoredRow } from "./stored-row-functions.ts";
import { TableCopy } from "./table-copy.ts";
import type { CopyServices, RowCondition } from "./table-copy.ts";

export function copyTarget(services: CopyServices, request: CopyRequest): CopyTarget {
  const { relation, columns: names, where, source, freeze, previous } = request;
  const { schema } = services.transaction;
  const { context } = services;
  const name = nameOfParts(relation);
  const found = relationNamed(context, name);
  const refusal = refusalOf(found);
  if (refusal !== undefined) return refusedCopy(context, found, names, refusal);
  const table = tableNamed(context, name);
  const columns = copyColumns(table, names);
  checkInsert(
    context,
    table.oid,
    columns.map(({ number }) => number),
  );
  schema.kv.dependsOn(table.oid);
  const condition = where === undefined ? undefined : conditionOf(context, table, where, source);
  const refused = freezeRefusal(schema, table, freeze);
  const { searchPath } = context;
  const rows = previous?.stored?.rows;
  const copied = { table, columns, condition, searchPath, refusal: refused, rows };
  const target = new TableCopy(services, copied);
  if (previous !== undefined && shapeOf(previous) !== shapeOf(target)) {
    throw schemaChanged(schema.image);
  }
  return target;
}

/** What was read for one target suits another one of the same shape. */
function shapeOf({ columns, tableColumns, stored }: CopyTarget): string {
  const { types, fields, required } = stored ?? {};
  return JSON.stringify({ columns, tableColumns, types, fields, required });
}

function refusedCopy(
  context: DdlContext,
  relation: Relation,
  names: readonly string[] | undefined,
  refusal: SqlError,
): CopyTarget {
  const all = columnNamesOf(relation);
  for (const name of names ?? []) {
    if (all.includes(name)) continue;
    const text = `column "${name}" of relation "${relation.name}" does not exist`;
    throw new SqlError("42703", text);
  }
  const columns = names ?? all;
  checkInsert(
    context,
    relation.oid,
    columns.map((name) => all.indexOf(name) + 1),
  );
  return new RefusedCopy(relation, columns, refusal);
}

function conditionOf(
  context: DdlContext,
  table: TableDescriptor,
  where: ParseNode,
  source: string,
): RowCondition {
  const expr = bindColumnExpression(
    where,
    table,
    {
      catalog: imageOf(context),
      kind: "copyWhere",
      searchPath: context.searchPath,
      evaluation: context.evaluation(),
    },
    source,
  );
  const holds = compileExpr(overStoredRow(expr));
  return (row, evaluation) => holds(row, evaluation) === true;
}

/** INSERT on the table, or on each of the columns. */
function checkInsert(context: DdlContext, relation: number, columns: readonly number[]): void {
  checkRequirements(
    imageOf(context),
    {
      isOfOthers: false,
      schemas: new Map(),
      functions: new Set(),
      relations: [
        {
          relation,
          as: undefined,
          rights: RIGHT.insert,
          selected: new Set(),
          inserted: new Set(columns),
          updated: new Set(),
        },
      ],
    },
    ownerOf(context),
  );
}
