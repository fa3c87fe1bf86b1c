/** What a program gets that has Firstlight as a dependency. */
export { Database, start } from "./testing/start.ts";
export type { StartOptions } from "./testing/start.ts";
export type { InjectionSpec, Rate } from "@firstlight/query-processor";
