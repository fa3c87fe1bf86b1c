/** The search path that a function's SET search_path gives its body. */
import type { FunctionDescriptor } from "../../catalog/descriptors.ts";
import type { BindContext } from "../scope.ts";

const SETTING = "search_path=";

function unquoted(part: string): string {
  const name = part.trim();
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
}

/** Existing schemas, in order; undefined when the function leaves the path as it is. */
export function configuredPath(
  { config }: FunctionDescriptor,
  context: Pick<BindContext, "catalog" | "evaluation">,
): readonly string[] | undefined {
  const setting = config?.find((each) => each.startsWith(SETTING));
  if (setting === undefined) return undefined;
  const parts = setting.slice(SETTING.length).match(/"(?:[^"]|"")*"|[^,]+/gu) ?? [];
  const names = parts
    .map(unquoted)
    .map((name) => (name === "$user" ? (context.evaluation.session?.currentUser ?? "") : name));
  return names.filter((name) => context.catalog.schemaByName(name) !== undefined);
}
