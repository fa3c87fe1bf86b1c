/** What an adapter of the service sends, and what a server of the profile has to answer. */
export type Row = readonly (string | null)[];

export interface Step {
  readonly sql: string;
  /** In text; where they are missing, no error is all that is asked for. */
  readonly rows?: readonly Row[];
  /** It answers with a job, which has to succeed. */
  readonly isJob?: true;
}

/** What the adapter avoids, since the service refuses it. */
export interface Refused {
  readonly sql: string;
  readonly code: string;
  readonly message: string;
}

export interface Adapter {
  readonly name: string;
  /** Each in a transaction of its own, as all of them do it. */
  readonly steps: readonly Step[];
  readonly refused: readonly Refused[];
}

export function run(sql: string): Step {
  return { sql };
}

export function job(sql: string): Step {
  return { sql, isJob: true };
}

export function ask(sql: string, rows: readonly Row[]): Step {
  return { sql, rows };
}

export function refused(sql: string, code: string, message: string): Refused {
  return { sql, code, message };
}
