/** What EXECUTE names: a prepared statement, and arguments for its parameters. */
import { SqlError } from "@firstlight/common";
import { isUserType, typeOid } from "@firstlight/sql";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { textField } from "./parse-fields.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import type { Session } from "./session.ts";

/** By the name in the fields of EXECUTE or DEALLOCATE. */
export function preparedNamed(session: Session, fields: ParseNode): PreparedStatement {
  const name = textField(fields, "name") ?? "";
  const prepared = session.statements.get(name);
  if (prepared !== undefined) return prepared;
  throw missingStatement(name);
}

/** Drivers that prepare by themselves prepare again when they see the routine's name. */
export function missingStatement(name: string): SqlError {
  const routine = "FetchPreparedStatement";
  return new SqlError("26000", `prepared statement "${name}" does not exist`, { routine });
}

/** The arguments if they are as many as the parameters. */
export function argumentsFor(
  prepared: PreparedStatement,
  args: readonly ParseNode[],
): readonly ParseNode[] {
  const types = prepared.paramTypes;
  if (args.length !== types.length) {
    throw new SqlError(
      "42601",
      `wrong number of parameters for prepared statement "${prepared.name}"`,
      {
        detail: `Expected ${String(types.length)} parameters but got ${String(args.length)}.`,
      },
    );
  }
  return args;
}

/** The argument as a value of the parameter's type. */
export function castTo(session: Session, arg: ParseNode, type: number): ParseNode {
  const name = session.codecs(type)?.name ?? "text";
  const names = [{ String: { sval: "pg_catalog" } }, { String: { sval: name } }];
  const pinned = isUserType(type) ? { typeOid: typeOid(type) } : {};
  return {
    TypeCast: { arg, typeName: { names, typemod: -1, location: -1, ...pinned }, location: -1 },
  };
}
