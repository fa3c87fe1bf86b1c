/** The session facts that need the catalog, on top of what the session itself knows. */
import { quoting } from "@firstlight/sql";
import type { Datum, FormatSettings, SessionEffects, SessionFacts } from "@firstlight/sql";
import { callCatalogFunction } from "../catalog-functions/catalog-functions.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { SequenceSession } from "./sequence-session.ts";

export interface EngineFactSources {
  readonly image: CatalogImage;
  readonly searchPath: readonly string[];
  readonly sequences: SequenceSession;
  /** On whose behalf a function runs that says SECURITY DEFINER. */
  readonly currentUser?: string;
}

export function engineFacts(
  session: SessionFacts,
  sources: EngineFactSources,
  format: FormatSettings,
): SessionFacts {
  return new EngineFacts(session, sources, format);
}

class EngineFacts implements SessionFacts {
  readonly #session: SessionFacts;
  readonly #sources: EngineFactSources;
  readonly #format: FormatSettings;

  constructor(session: SessionFacts, sources: EngineFactSources, format: FormatSettings) {
    this.#format = format;
    this.#session = session;
    this.#sources = sources;
  }

  get currentUser(): string {
    return this.#sources.currentUser ?? this.#session.currentUser;
  }

  get sessionUser(): string {
    return this.#session.sessionUser;
  }

  get database(): string {
    return this.#session.database;
  }

  get backendPid(): number {
    return this.#session.backendPid;
  }

  get effects(): SessionEffects | undefined {
    return this.#session.effects;
  }

  currentSchemas(includeImplicit: boolean): readonly string[] {
    const { searchPath } = this.#sources;
    if (!includeImplicit || searchPath.includes("pg_catalog")) return searchPath;
    return ["pg_catalog", ...searchPath];
  }

  getSetting(name: string): string | undefined {
    return this.#session.getSetting(name);
  }

  setSetting(name: string, value: string | undefined, local: boolean): string {
    return this.#session.setSetting(name, value, local);
  }

  callCatalogFunction(name: string, args: readonly Datum[]): Datum {
    const format = this.#format;
    const call = { ...this.#sources, session: this.#session, format };
    if (format.quotesAll !== true) return callCatalogFunction(name, args, call);
    return quoting(true, () => callCatalogFunction(name, args, call));
  }
}
