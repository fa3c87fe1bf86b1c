/** PostgreSQL's own functions and operators with their types, as messages name them. */
import {
  formatType,
  operatorByOid,
  type ProcRow,
  procByOid,
  quoteIdentifier,
} from "@firstlight/sql";

export function signatureOfProc({ name, argTypes }: ProcRow): string {
  return `${quoteIdentifier(name)}(${argTypes.map((type) => formatType(type)).join(",")})`;
}

export function procSignatureOf(oid: number): string {
  const proc = procByOid(oid);
  return proc === undefined ? String(oid) : signatureOfProc(proc);
}

export function operatorSignatureOf(oid: number): string {
  const operator = operatorByOid(oid);
  if (operator === undefined) return String(oid);
  const operand = (type: number): string => (type === 0 ? "NONE" : formatType(type));
  return `${operator.name}(${operand(operator.left)},${operand(operator.right)})`;
}
