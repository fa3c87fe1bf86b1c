/**
 * What has a name in a schema. By schema and then by name: a name that is part of no other string
 * keeps its hash, and an image of the catalog is made for every statement that changes it.
 */
export class NamesInSchemas<T> {
  readonly #schemas = new Map<number, Map<string, T>>();

  get(schema: number, name: string): T | undefined {
    return this.#schemas.get(schema)?.get(name);
  }

  has(schema: number, name: string): boolean {
    return this.#schemas.get(schema)?.has(name) === true;
  }

  set(schema: number, name: string, named: T): void {
    const names = this.#schemas.get(schema);
    if (names === undefined) this.#schemas.set(schema, new Map([[name, named]]));
    else names.set(name, named);
  }
}
