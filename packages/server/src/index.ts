/** What a program gets that has Firstlight as a dependency. */
export { Database, start } from "./testing/start.ts";
export { lintFiles } from "./lint/lint-files.ts";
export type { DialectName, LintFilesOptions, SqlFile } from "./lint/lint-files.ts";
export type { LintOptions, LintedFile } from "./lint/linter.ts";
export type { Finding } from "./lint/finding.ts";
export type { Place } from "./lint/sql-file.ts";
export type { StartOptions } from "./testing/start.ts";
export type { InjectionSpec, Rate } from "@firstlight/query-processor";
