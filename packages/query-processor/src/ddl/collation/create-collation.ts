/** CREATE COLLATION (DefineCollation). */
import { SqlError } from "@firstlight/common";
import type { FoundCollation } from "../../catalog/collations.ts";
import { findCollation, missingCollation } from "../../catalog/collations.ts";
import type { CollationDescriptor } from "../../catalog/descriptors.ts";
import {
  asTag,
  child,
  flag,
  items,
  list,
  locationOf,
  names,
  string,
  stringValue,
} from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { languageTag } from "./icu-locale.ts";
import {
  applyChanges,
  creationSchema,
  imageOf,
  nameOfParts,
  newOid,
  ownerOf,
} from "../ddl-context.ts";

const KNOWN: ReadonlySet<string> = new Set([
  "from",
  "locale",
  "lc_collate",
  "lc_ctype",
  "provider",
  "deterministic",
  "rules",
  "version",
]);

/** pg_collation.collencoding. */
export const UTF8 = 6;
const ANY_ENCODING = -1;

type Options = ReadonlyMap<string, ParseNode>;
type Rules = Omit<CollationDescriptor, "kind" | "oid" | "name" | "schema" | "owner">;

function conflicting(option: ParseNode): SqlError {
  const position = locationOf(option) + 1;
  return new SqlError("42601", "conflicting or redundant options", { position });
}

function readOptions(nodes: readonly ParseNode[]): Options {
  const options = new Map<string, ParseNode>();
  for (const node of nodes) {
    const option = asTag(node, "DefElem") ?? {};
    const name = string(option, "defname");
    if (!KNOWN.has(name)) {
      const text = `collation attribute "${name}" not recognized`;
      throw new SqlError("42601", text, { position: locationOf(option) + 1 });
    }
    if (options.has(name)) throw conflicting(option);
    options.set(name, option);
  }
  return options;
}

/** As defGetString has it: a name, a type's name or a literal. */
function textOf(option: ParseNode | undefined): string | undefined {
  if (option === undefined) return undefined;
  const arg = child(option, "arg");
  const type = asTag(arg, "TypeName");
  if (type !== undefined) return names(type, "names").join(".");
  return stringValue(arg) ?? (arg === undefined ? "true" : items(arg).map(stringValue).join("."));
}

function partsOf(option: ParseNode): readonly string[] {
  const arg = child(option, "arg") ?? {};
  const type = asTag(arg, "TypeName");
  if (type !== undefined) return names(type, "names");
  return items(arg).map((each) => stringValue(each) ?? "");
}

function invalid(message: string): SqlError {
  return new SqlError("42P17", message);
}

function copied({ provider, deterministic, encoding, ...rest }: FoundCollation): Rules {
  if (provider === "d") throw invalid('collation "default" cannot be copied');
  const { collate, ctype, icuLocale, icuRules } = rest;
  return {
    provider: provider === "i" ? "i" : "c",
    deterministic,
    encoding,
    ...(collate === undefined ? {} : { collate }),
    ...(ctype === undefined ? {} : { ctype }),
    ...(icuLocale === undefined ? {} : { icuLocale }),
    ...(icuRules === undefined ? {} : { icuRules }),
  };
}

const LOCALES: ReadonlySet<string> = new Set(["C", "POSIX", "C.utf8", "C.UTF-8"]);

function checkLocale(name: string): void {
  if (LOCALES.has(name)) return;
  throw new SqlError("22023", `could not create locale "${name}": No such file or directory`, {
    detail: `The operating system could not find any locale data for the locale name "${name}".`,
  });
}

function fromSystem(options: Options): Rules {
  const locale = textOf(options.get("locale"));
  const collate = textOf(options.get("lc_collate")) ?? locale;
  const ctype = textOf(options.get("lc_ctype")) ?? locale;
  if (collate === undefined) throw invalid('parameter "lc_collate" must be specified');
  if (ctype === undefined) throw invalid('parameter "lc_ctype" must be specified');
  if (options.has("rules"))
    throw invalid("ICU rules cannot be specified unless locale provider is ICU");
  checkLocale(collate);
  checkLocale(ctype);
  return { provider: "c", deterministic: true, encoding: UTF8, collate, ctype };
}

function fromIcu(context: DdlContext, options: Options, deterministic: boolean): Rules {
  const locale = textOf(options.get("locale"));
  if (locale === undefined) throw invalid('parameter "locale" must be specified');
  const icuLocale = languageTag(locale) ?? locale;
  if (icuLocale !== locale) {
    const text = `using standard form "${icuLocale}" for ICU locale "${locale}"`;
    context.session.notice("NOTICE", "00000", text);
  }
  const icuRules = textOf(options.get("rules"));
  const rules = icuRules === undefined ? {} : { icuRules };
  return { provider: "i", deterministic, encoding: ANY_ENCODING, icuLocale, ...rules };
}

function isTrue(option: ParseNode | undefined): boolean {
  const text = textOf(option)?.toLowerCase() ?? "true";
  if (["true", "on", "1"].includes(text)) return true;
  if (["false", "off", "0"].includes(text)) return false;
  throw new SqlError("42601", "deterministic requires a Boolean value");
}

function rulesOf(context: DdlContext, options: Options): Rules {
  const from = options.get("from");
  if (from !== undefined) {
    if (options.size > 1) {
      throw new SqlError("42601", "conflicting or redundant options", {
        detail: "FROM cannot be specified together with any other options.",
      });
    }
    const image = imageOf(context);
    const found = findCollation(image, context.searchPath, partsOf(from));
    if (found === undefined) throw missingCollation(image, partsOf(from), undefined);
    return copied(found);
  }
  if (options.has("locale") && (options.has("lc_collate") || options.has("lc_ctype"))) {
    throw new SqlError("42601", "conflicting or redundant options", {
      detail: "LOCALE cannot be specified together with LC_COLLATE or LC_CTYPE.",
    });
  }
  const provider = textOf(options.get("provider"))?.toLowerCase() ?? "libc";
  const deterministic = isTrue(options.get("deterministic"));
  if (provider === "icu") return fromIcu(context, options, deterministic);
  if (provider !== "libc") throw invalid(`unrecognized collation provider: ${provider}`);
  if (!deterministic) {
    throw new SqlError("0A000", "nondeterministic collations not supported with this provider");
  }
  return fromSystem(options);
}

export async function createCollation(context: DdlContext, statement: ParseNode): Promise<void> {
  const written = nameOfParts(names(statement, "defnames"));
  const schema = creationSchema(context, written);
  const rules = rulesOf(context, readOptions(list(statement, "definition")));
  if (collationIn(context, schema.oid, written.name) !== undefined) {
    const encoding = rules.encoding === UTF8 ? ` for encoding "UTF8"` : "";
    const text = `collation "${written.name}"${encoding} already exists`;
    if (!flag(statement, "if_not_exists")) throw new SqlError("42710", text);
    context.session.notice("NOTICE", "42710", `${text}, skipping`);
    return;
  }
  const place = { name: written.name, schema: schema.oid, owner: ownerOf(context) };
  const put = { kind: "collation" as const, oid: await newOid(context), ...place, ...rules };
  applyChanges(context, [{ put }]);
}

/** The collation of that name in the schema. */
export function collationIn(
  context: DdlContext,
  schema: number,
  name: string,
): CollationDescriptor | undefined {
  for (const object of imageOf(context).objects.values()) {
    if (object.kind === "collation" && object.schema === schema && object.name === name) {
      return object;
    }
  }
  return undefined;
}
