/** What system functions report about their session: current_user, current_setting() and their kin. */
import { featureNotSupported } from "@firstlight/common";
import type { Datum, SessionEffects, SessionFacts } from "@firstlight/sql";
import type { Session } from "./session.ts";
import { EffectsOnSession } from "./session-effects.ts";
import { applySetting, readSetting } from "./setting-access.ts";

export class SessionFactsView implements SessionFacts {
  readonly #session: Session;
  readonly #effects: SessionEffects;
  readonly backendPid: number;

  constructor(session: Session, backendPid: number) {
    this.#session = session;
    this.#effects = new EffectsOnSession(session);
    this.backendPid = backendPid;
  }

  get currentUser(): string {
    return this.#session.user;
  }

  get sessionUser(): string {
    return this.#session.sessionUser;
  }

  get database(): string {
    return this.#session.database;
  }

  currentSchemas(includeImplicit: boolean): readonly string[] {
    const path = this.#session.searchPath
      .map((name) => (name === "$user" ? this.#session.user : name))
      .filter((name) => name !== "");
    if (!includeImplicit || path.includes("pg_catalog")) return path;
    return ["pg_catalog", ...path];
  }

  getSetting(name: string): string | undefined {
    return readSetting(this.#session, name);
  }

  setSetting(name: string, value: string | undefined, local: boolean): string {
    const refused = this.#session.engine.profile.parameters?.refusal(name);
    if (refused !== undefined) throw refused;
    applySetting(this.#session, name, value, local ? "local" : "session");
    return readSetting(this.#session, name) ?? "";
  }

  get effects(): SessionEffects {
    return this.#effects;
  }

  callCatalogFunction(name: string, _args: readonly Datum[]): Datum {
    throw featureNotSupported(`function ${name}`);
  }
}
