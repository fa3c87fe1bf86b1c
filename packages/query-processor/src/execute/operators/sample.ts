/**
 * TABLESAMPLE: a row is in the sample if a hash of its key and the seed is below the share that was
 * asked for. So REPEATABLE gives the same rows as long as the table holds the same rows, at every
 * query processor. There are no pages here: SYSTEM picks single rows as BERNOULLI does.
 */
import type { MaybePromise } from "@firstlight/common";
import { InvariantError, SqlError } from "@firstlight/common";
import type { CompiledExpr, Datum, Row } from "@firstlight/sql";
import { compileExpr } from "@firstlight/sql";
import type { SampleNode } from "../../plan/plan-node.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { nextMapped } from "../operator.ts";

const NO_ROW: Row = [];
const HASH_RANGE = 2 ** 32;
const FNV_PRIME = 0x01_00_01_93;
const FNV_BASIS = 0x81_1c_9d_c5;

/** FNV-1a with a final mix, as keys that differ in their last byte only have to differ everywhere. */
function hashOf(key: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < key.length; at++) {
    hash = Math.imul(hash ^ key.charCodeAt(at), FNV_PRIME);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function seedOf(value: number): number {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return hashOf(bytes.toString("latin1"), FNV_BASIS);
}

interface CompiledSample {
  readonly node: SampleNode;
  readonly percentage: CompiledExpr;
  readonly repeatable: CompiledExpr | undefined;
}

class Sample implements Operator {
  readonly #run: Run;
  readonly #compiled: CompiledSample;
  readonly #child: Operator;
  #below: number | undefined;
  #seed = 0;

  constructor(run: Run, compiled: CompiledSample, child: Operator) {
    this.#run = run;
    this.#compiled = compiled;
    this.#child = child;
  }

  close(): void {
    this.#child.close();
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    this.#below ??= this.#start();
    const below = this.#below;
    const { keySlot } = this.#compiled.node;
    return nextMapped(this.#run, this.#child, maxRows, (row, out) => {
      if (this.#hash(row[keySlot]) < below) out.push(row);
    });
  }

  #hash(key: Datum | undefined): number {
    if (typeof key !== "string") throw new InvariantError("a sampled row without its key");
    return hashOf(key, this.#seed);
  }

  #start(): number {
    const { evaluation } = this.#run;
    const { percentage, repeatable } = this.#compiled;
    const share = percentage(NO_ROW, evaluation);
    if (share === null) throw new SqlError("2202H", "TABLESAMPLE parameter cannot be null");
    const seed = repeatable?.(NO_ROW, evaluation);
    if (seed === null) {
      throw new SqlError("2202G", "TABLESAMPLE REPEATABLE parameter cannot be null");
    }
    const wanted = Number(share);
    if (!(wanted >= 0 && wanted <= 100)) {
      throw new SqlError("2202H", "sample percentage must be between 0 and 100");
    }
    this.#seed =
      seed === undefined
        ? Buffer.from(evaluation.randomBytes(4)).readUInt32BE()
        : seedOf(Number(seed));
    return (wanted / 100) * HASH_RANGE;
  }
}

export function openSample(node: SampleNode, child: Opener): Opener {
  const compiled: CompiledSample = {
    node,
    percentage: compileExpr(node.percentage),
    repeatable: node.repeatable === undefined ? undefined : compileExpr(node.repeatable),
  };
  return (run) => new Sample(run, compiled, child(run));
}
