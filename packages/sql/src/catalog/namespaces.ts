/** The schemas whose members are compiled in. */
export const PG_CATALOG: number = 11;
