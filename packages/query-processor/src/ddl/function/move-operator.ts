/** ALTER OPERATOR ... SET SCHEMA. */
import { SqlError } from "@firstlight/common";
import { asTag, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, schemaNamed } from "../ddl-context.ts";
import { followOperator } from "./operator-links.ts";
import { findOperator } from "./drop-operator.ts";

export function moveOperator(context: DdlContext, statement: ParseNode): void {
  const object = asTag(requiredChild(statement, "object"), "ObjectWithArgs") ?? {};
  const operator = findOperator(context, object);
  const schema = schemaNamed(context, string(statement, "newschema")).oid;
  if (schema === operator.schema) return;
  const { name, leftType, rightType } = operator;
  const taken = imageOf(context)
    .operatorsNamed(name)
    .some(
      (each) =>
        each.schema === schema && each.leftType === leftType && each.rightType === rightType,
    );
  if (taken) {
    throw new SqlError(
      "23505",
      'duplicate key value violates unique constraint "pg_operator_oprname_l_r_n_index"',
      {
        detail: `Key (oprname, oprleft, oprright, oprnamespace)=(${name}, ${leftType}, ${rightType}, ${schema}) already exists.`,
      },
    );
  }
  const moved = { ...operator, schema };
  applyChanges(context, [{ put: moved }]);
  followOperator(context, operator, moved);
}
