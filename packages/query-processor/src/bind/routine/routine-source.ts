/** The users' functions as resolution asks for them: by name along a search path of one catalog. */
import type {
  Expr,
  OperatorRow,
  PlacedProc,
  ProcRow,
  Routine,
  RoutineSource,
  UserCasts,
} from "@firstlight/sql";
import { coerceType } from "@firstlight/sql";
import type { Catalog } from "../../catalog/catalog.ts";
import type { FunctionDescriptor, OperatorDescriptor } from "../../catalog/descriptors.ts";
import { withoutPositions } from "../errors.ts";
import { schemaEvaluation } from "../schema-evaluation.ts";
import { type BindContext, Scope } from "../scope.ts";
import { storedNode } from "../stored-node.ts";
import { rangeConstructors } from "./range-constructors.ts";
import { UserRoutine, userRoutine } from "./user-routine.ts";

/** `context` is asked for when a default is bound: it holds the source itself. */
export class CatalogRoutines implements RoutineSource {
  readonly #context: () => BindContext;

  constructor(context: () => BindContext) {
    this.#context = context;
  }

  get builtInPlace(): number {
    return this.#context().searchPath.indexOf("pg_catalog");
  }

  onPath(name: string): readonly PlacedProc[] {
    const { catalog, searchPath } = this.#context();
    const all = catalog.functionsNamed(name);
    const ranges = searchPath.flatMap((schema, place) =>
      rangeConstructors(catalog, schema, name).map((proc) => ({ proc, place })),
    );
    if (all.length === 0) return ranges;
    const own = all.flatMap((descriptor) => {
      const schema = catalog.schemaByOid(descriptor.schema)?.name;
      const place = schema === undefined ? -1 : searchPath.indexOf(schema);
      return place < 0 ? [] : [{ proc: userRoutine(descriptor), place }];
    });
    return [...own, ...ranges];
  }

  inSchema(schema: string, name: string): readonly ProcRow[] | undefined {
    const { catalog } = this.#context();
    const oid = catalog.schemaByName(schema)?.oid;
    if (oid === undefined) return undefined;
    const inIt = ({ schema: own }: FunctionDescriptor): boolean => own === oid;
    const own = catalog.functionsNamed(name).filter(inIt).map(userRoutine);
    return [...own, ...rangeConstructors(catalog, schema, name)];
  }

  get casts(): UserCasts | undefined {
    return this.#context().catalog.casts;
  }

  operators(name: string): readonly OperatorRow[] {
    const { catalog, searchPath } = this.#context();
    const all = catalog.operatorsNamed(name);
    if (all.length === 0) return [];
    const placeOf = ({ schema }: OperatorDescriptor): number =>
      searchPath.indexOf(catalog.schemaByOid(schema)?.name ?? "");
    return all
      .filter((each) => placeOf(each) >= 0)
      .toSorted((a, b) => placeOf(a) - placeOf(b))
      .map((each) => operatorRow(each, catalog));
  }

  operatorsIn(schema: string, name: string): readonly OperatorRow[] | undefined {
    const { catalog } = this.#context();
    const oid = catalog.schemaByName(schema)?.oid;
    if (oid === undefined) return undefined;
    return catalog
      .operatorsNamed(name)
      .filter((each) => each.schema === oid)
      .map((each) => operatorRow(each, catalog));
  }

  operatorAt(oid: number): OperatorRow | undefined {
    const { catalog } = this.#context();
    const own = catalog.objects.get(oid);
    return own?.kind === "operator" ? operatorRow(own, catalog) : undefined;
  }

  routineAt(proc: number, argTypes: readonly number[], resultType: number): Routine | undefined {
    const context = this.#context();
    const own = context.catalog.objects.get(proc);
    if (own?.kind !== "function") return undefined;
    context.dependencies.add(proc);
    const site = { argTypes, resultType };
    const scope = (): Scope => new Scope(context, undefined);
    return context.routines.at(userRoutine(own), site, context.searchPath, scope);
  }

  defaultOf(proc: ProcRow, parameter: number): Expr {
    if (!(proc instanceof UserRoutine)) throw new Error(`${proc.name} is no function of a user`);
    const all = proc.descriptor.parameters;
    const inputs = all.filter(({ mode }) => mode === "i" || mode === "b" || mode === "v");
    const callable = proc.kind === "p" ? all : inputs;
    const { type, default: tree } = callable[parameter] ?? { type: 0 };
    if (tree === undefined) throw new Error(`${proc.name} has no default for ${parameter}`);
    return withoutPositions(() => this.#bindDefault(proc, type, tree));
  }

  #bindDefault({ descriptor }: UserRoutine, type: number, tree: string): Expr {
    const outer = this.#context();
    const { searchPath } = descriptor;
    const evaluation = schemaEvaluation(outer.catalog, searchPath);
    const scope = new Scope(outer.derive({ searchPath, evaluation }), undefined);
    const bound = scope.expr(storedNode(tree), "functionDefault");
    return coerceType(outer.resolve, bound, {
      type: declaredOrActual(type, bound.type),
      typmod: -1,
      context: "assignment",
      display: "implicitCast",
      position: -1,
    });
  }
}

function operatorRow(operator: OperatorDescriptor, catalog: Catalog): OperatorRow {
  const { oid, name, schema, leftType, rightType, resultType, proc } = operator;
  const { canMerge, canHash } = operator;
  return {
    oid,
    name,
    namespace: schema,
    schemaName: catalog.schemaByOid(schema)?.name,
    canMerge,
    canHash,
    left: leftType,
    right: rightType,
    result: resultType,
    commutator: 0,
    negator: 0,
    proc,
    restriction: "",
    join: "",
  };
}

const POLYMORPHIC: ReadonlySet<number> = new Set([
  2276, 2277, 2283, 2776, 3500, 3831, 4537, 5077, 5078, 5079, 5080, 4538,
]);

function declaredOrActual(declared: number, actual: number): number {
  return POLYMORPHIC.has(declared) ? actual : declared;
}
