/** The options of CREATE ROLE and ALTER ROLE, read and put into a descriptor. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { DEFAULT_FORMAT, findType, oids } from "@firstlight/sql";
import { bindError } from "../bind/errors.ts";
import type { RoleDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, flag, int, items, list, locationOf, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { isVerifierOf, scramVerifier, isVerifier } from "../wire/scram.ts";
import type { DdlContext } from "./ddl-context.ts";
import { roleOidOf } from "./role-specification.ts";

export interface RoleOptions {
  superuser?: boolean;
  login?: boolean;
  inherit?: boolean;
  createRole?: boolean;
  createDb?: boolean;
  replication?: boolean;
  bypassRls?: boolean;
  connectionLimit?: number;
  validUntil?: string;
  /** null: PASSWORD NULL. */
  password?: string | null;
  /** IN ROLE, ROLE, ADMIN. */
  memberOf?: readonly number[];
  members?: readonly number[];
  admins?: readonly number[];
}

function optionFlag(option: ParseNode): boolean {
  const value = asTag(child(option, "arg"), "Boolean");
  return value !== undefined && flag(value, "boolval");
}

function optionText(option: ParseNode): string | undefined {
  const value = asTag(child(option, "arg"), "String");
  return value === undefined ? undefined : string(value, "sval");
}

function connectionLimit(option: ParseNode): number {
  const limit = int(asTag(child(option, "arg"), "Integer") ?? {}, "ival");
  if (limit < -1) throw new SqlError("22023", `invalid connection limit: ${limit}`);
  return limit;
}

function validUntil(context: DdlContext, option: ParseNode): string {
  const { format, transactionTime } = context.session.evaluation([]);
  const settings = { ...DEFAULT_FORMAT, ...format, now: transactionTime };
  const value = findType(oids.TIMESTAMPTZ)?.input(optionText(option) ?? "", -1, settings);
  return typeof value === "bigint" ? value.toString() : "";
}

function rolesIn(context: DdlContext, option: ParseNode): readonly number[] {
  return items(child(option, "arg")).map((each) =>
    roleOidOf(context, asTag(each, "RoleSpec") ?? {}),
  );
}

type Reader = (context: DdlContext, option: ParseNode) => RoleOptions;

const READERS: Readonly<Record<string, Reader>> = {
  superuser: (_, option) => ({ superuser: optionFlag(option) }),
  canlogin: (_, option) => ({ login: optionFlag(option) }),
  inherit: (_, option) => ({ inherit: optionFlag(option) }),
  createrole: (_, option) => ({ createRole: optionFlag(option) }),
  createdb: (_, option) => ({ createDb: optionFlag(option) }),
  isreplication: (_, option) => ({ replication: optionFlag(option) }),
  bypassrls: (_, option) => ({ bypassRls: optionFlag(option) }),
  connectionlimit: (_, option) => ({ connectionLimit: connectionLimit(option) }),
  validUntil: (context, option) => ({ validUntil: validUntil(context, option) }),
  password: (_, option) => ({ password: optionText(option) ?? null }),
  addroleto: (context, option) => ({ memberOf: rolesIn(context, option) }),
  rolemembers: (context, option) => ({ members: rolesIn(context, option) }),
  adminmembers: (context, option) => ({ admins: rolesIn(context, option) }),
};

export function readRoleOptions(context: DdlContext, statement: ParseNode): RoleOptions {
  const seen = new Set<string>();
  let options: RoleOptions = {};
  for (const node of list(statement, "options")) {
    const option = asTag(node, "DefElem");
    if (option === undefined) continue;
    const name = string(option, "defname");
    if (name === "sysid") {
      context.session.notice("NOTICE", "00000", "SYSID can no longer be specified");
      continue;
    }
    if (seen.has(name)) {
      throw bindError("42601", "conflicting or redundant options", locationOf(option));
    }
    seen.add(name);
    options = { ...options, ...READERS[name]?.(context, option) };
  }
  return options;
}

function verifierOf(context: DdlContext, password: string): string | undefined {
  if (password === "" || isVerifierOf(password, "")) {
    const text = "empty string is not a valid password, clearing password";
    context.session.notice("NOTICE", "00000", text);
    return undefined;
  }
  if (isVerifier(password)) return password;
  if (/^md5[0-9a-f]{32}$/.test(password)) throw featureNotSupported("MD5-encrypted passwords");
  const evaluation = context.session.evaluation([]);
  const iterations = Number(evaluation.session?.getSetting("scram_iterations") ?? 4096);
  const random = {
    next: () => evaluation.random(),
    bytes: (length: number) => evaluation.randomBytes(length),
  };
  return scramVerifier(password, random, iterations);
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

export function withRoleOptions(
  context: DdlContext,
  role: RoleDescriptor,
  options: RoleOptions,
): RoleDescriptor {
  const { password: current, ...rest } = role;
  const { password: given, inherit } = options;
  const verifier =
    given === undefined ? current : given === null ? undefined : verifierOf(context, given);
  return {
    ...rest,
    superuser: options.superuser ?? role.superuser,
    login: options.login ?? role.login,
    ...defined({
      noInherit: inherit === undefined ? undefined : !inherit,
      createRole: options.createRole,
      createDb: options.createDb,
      replication: options.replication,
      bypassRls: options.bypassRls,
      connectionLimit: options.connectionLimit,
      validUntil: options.validUntil,
    }),
    ...(verifier === undefined ? {} : { password: verifier }),
  };
}
