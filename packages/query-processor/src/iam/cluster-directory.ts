/**
 * Where host names lead: a server may stand for several clusters of Aurora DSQL, each with a database
 * of its own, told apart by the name that a client asks TLS for.
 */

export interface ClusterPlace {
  /** 26 letters and digits. */
  readonly identifier: string;
  /** What its database is called inside; clients know it as DATABASE. */
  readonly database: string;
}

export interface ClusterDirectory {
  /** Undefined: no cluster is called so. `host` undefined: the client named none. */
  find(host: string | undefined): ClusterPlace | undefined;
}

/** The only one that a cluster has, as its clients call it. */
export const DATABASE = "postgres";

/** What is looked up for a database that a client asks for; undefined: there is none. */
export function databaseAt(place: ClusterPlace | undefined, name: string): string | undefined {
  if (place === undefined) return name;
  return name === DATABASE ? place.database : undefined;
}
