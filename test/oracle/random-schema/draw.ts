/** Random choices of names, references and values out of a world: what all statements are made of. */
import type { Choices } from "../random-choices.ts";
import type { Sql } from "../random-sql.ts";
import { orShorter } from "../random-sql.ts";
import type { World, WorldColumn, WorldRelation, WorldRoutine, WorldType } from "./world.ts";

const PHANTOM: WorldRelation = {
  schema: "s1",
  name: "t9",
  ref: "t9",
  kind: "r",
  persistence: "p",
  columns: [],
  constraints: [],
  indexes: [],
};

const SOME_COLUMN: WorldColumn = {
  name: "a",
  type: "integer",
  base: "integer",
  labels: null,
  generated: "",
  identity: "",
  hasDefault: false,
};

const WRONG = 0.03;

export class Draw {
  readonly choices: Choices;
  readonly world: World;

  constructor(choices: Choices, world: World) {
    this.choices = choices;
    this.world = world;
  }

  one<T>(list: readonly T[]): T {
    return this.choices.pick(list);
  }

  chance(probability: number): boolean {
    return this.choices.chance(probability);
  }

  below(bound: number): number {
    return this.choices.below(bound);
  }

  /** Something that the statement can do without. */
  maybe(probability: number, text: () => Sql): Sql {
    return this.chance(probability) ? orShorter(text(), "") : "";
  }

  either<T>(...cases: readonly (readonly [weight: number, make: () => T])[]): T {
    let left = this.choices.next() * cases.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, make] of cases) {
      left -= weight;
      if (left < 0) return make();
    }
    const [, last] = cases[cases.length - 1] ?? [];
    if (last === undefined) throw new Error("nothing to choose");
    return last();
  }

  /** One to `most` of the list, in its order. */
  some<T>(list: readonly T[], most: number): readonly T[] {
    const count = Math.min(list.length, 1 + this.below(most));
    const left = [...list.keys()];
    const chosen: number[] = [];
    while (chosen.length < count) chosen.push(...left.splice(this.below(left.length), 1));
    return chosen.toSorted((a, b) => a - b).flatMap((at) => list.slice(at, at + 1));
  }

  /** "t3"; now and then a name that has to be quoted, or that is taken by something of another kind. */
  name(letter: string, count = 4): string {
    if (this.chance(0.02)) return `"${letter.toUpperCase()} x"`;
    if (this.chance(WRONG)) return this.one(["t1", "v1", "q1", "e1", "t1_pkey", "i1", "k1"]);
    return `${letter}${1 + this.below(count)}`;
  }

  schema(): string {
    if (this.chance(WRONG)) return "s9";
    return this.world.schemas.length === 0 ? "s1" : this.one(this.world.schemas);
  }

  /** The name of something new, with or without its schema. */
  fresh(letter: string, count = 4): string {
    const name = this.name(letter, count);
    return this.chance(0.25) ? `${this.schema()}.${name}` : name;
  }

  role(): string {
    if (this.chance(WRONG)) return "r9";
    if (this.chance(0.1)) return this.one(["current_user", "session_user", "postgres"]);
    return this.one(this.world.roles.length > 0 ? this.world.roles : ["postgres"]);
  }

  grantee(): string {
    return this.chance(0.2) ? "public" : this.role();
  }

  /** A relation of one of the kinds, nearly always. */
  relation(kinds: string): WorldRelation {
    const any = this.chance(WRONG);
    const all = this.world.relations.filter(({ kind }) => any || kinds.includes(kind));
    const own = all.filter(({ kind }) => kind !== "i" || any || kinds.includes("i"));
    return own.length === 0 ? PHANTOM : this.one(own);
  }

  /** How a relation may be written. */
  ref({ schema, name, ref }: { schema: string; name: string; ref: string }): string {
    if (this.chance(0.02)) return `${this.schema()}.${name}`;
    return this.chance(0.15) ? `${schema}.${name}` : ref;
  }

  column({ columns }: WorldRelation): WorldColumn {
    if (this.chance(WRONG) || columns.length === 0) {
      return { ...SOME_COLUMN, name: this.one(["a", "z"]) };
    }
    return this.one(columns);
  }

  columns({ columns }: WorldRelation, most = 3): readonly WorldColumn[] {
    if (this.chance(WRONG) || columns.length === 0) {
      return [{ ...SOME_COLUMN, name: this.one(["a", "z", "b", "b, b"]) }];
    }
    const some = this.some(columns, most);
    return this.chance(0.3) ? some.toReversed() : some;
  }

  type(kinds: string): WorldType | undefined {
    const all = this.world.types.filter(({ kind }) => kinds.includes(kind) || this.chance(WRONG));
    return all.length === 0 ? undefined : this.one(all);
  }

  routine(kinds: string): WorldRoutine | undefined {
    const all = this.world.routines.filter(
      ({ kind }) => kinds.includes(kind) || this.chance(WRONG),
    );
    return all.length === 0 ? undefined : this.one(all);
  }

  /** f(integer) */
  signature(routine: WorldRoutine): Sql {
    const name = this.ref(routine);
    const types = this.chance(WRONG) ? ["text", "date"] : routine.arguments;
    return this.chance(0.2) ? name : `${name}(${types.join(", ")})`;
  }

  behavior(): Sql {
    return this.maybe(0.4, () => this.one([" cascade", " cascade", " restrict"]));
  }

  ifExists(): Sql {
    return this.maybe(0.25, () => " if exists");
  }
}
