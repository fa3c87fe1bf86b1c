/** A field of COPY's text formats before it is a value: its text, NULL, or the column's default. */
export const DEFAULT_FIELD: unique symbol = Symbol("default");

export type Field = string | null | typeof DEFAULT_FIELD;
