export { Adjudicator } from "./adjudicator.ts";
export type { AdjudicatorOptions } from "./adjudicator.ts";
export type { AdjudicatorBug } from "./adjudicator-bug.ts";
export { ADJUDICATOR_DEFAULTS } from "./adjudicator-settings.ts";
export type { AdjudicatorSettings } from "./adjudicator-settings.ts";
export { AdjudicatorHost } from "./adjudicator-host.ts";
export type { AdjudicatorHostOptions } from "./adjudicator-host.ts";
export { RegistrarService } from "./registrar/registrar-service.ts";
export type { RegistrarParts, RegistrarSettings } from "./registrar/registrar-service.ts";
