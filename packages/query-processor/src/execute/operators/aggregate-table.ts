/**
 * The groups of one grouping set. When memory is full, inputs of ordered calls go to sorters, and
 * rows of groups that are not there yet to tapes by the hash of their key, for tables of their own
 * afterwards; groups that are there go on in memory. So states are never written: those that grow
 * with what they are given get the rest of it from sorters, group after group.
 */
import type { MaybePromise } from "@firstlight/common";
import { andThen, isPromise } from "@firstlight/common";
import type { CompiledExpr, Datum, Row } from "@firstlight/sql";
import type { AggregateMemory, CallState, CompiledAggregate } from "../ordered-call.ts";
import type { MapKey, groupKey } from "../hash-key.ts";
import { keyBytes } from "../hash-key.ts";
import { GatheredList } from "../gathered-list.ts";
import { KeyIndex, indexBytes } from "../key-index.ts";
import { GatheredShare, SpillableShare, rowBytes } from "../memory-account.ts";
import type { Run } from "../operator.ts";
import { BATCH_ROWS, Pace, computed, eachKeyedRow, eachRowAgain, repeat } from "../operator.ts";
import { SpillPartitions, partitionCount } from "../../spill/spill-partitions.ts";
import type { Tape } from "../../spill/tape.ts";
import { OrderedInputs } from "./ordered-inputs.ts";

export interface CompiledSet {
  readonly key: ReturnType<typeof groupKey> | undefined;
  /** See hasLongKey. */
  readonly hasLongKey: boolean;
  /** Whether each group column is NULL because this set does not group by it. */
  readonly left: readonly boolean[];
  /** Values of the GROUPING(...) calls in this set. */
  readonly groupings: readonly number[];
}

export interface CompiledGrouping {
  readonly values: readonly CompiledExpr[];
  readonly aggregates: readonly CompiledAggregate[];
  readonly sets: readonly CompiledSet[];
  /** A row may be given again as long as nothing was made of it: see isRepeatable. */
  readonly isRepeatable: boolean;
  /** Results may be long values; each may be computed again. */
  readonly hasLongResults: boolean;
}

interface Group {
  readonly number: number;
  readonly values: readonly Datum[];
  readonly states: readonly CallState[];
}

/** Rows of groups that had to wait. */
export interface WaitingGroups {
  readonly set: CompiledSet;
  readonly tape: Tape;
  readonly level: number;
}

const nothing = (): MapKey => null;

const GROUP_BYTES = 120;
const STATE_BYTES = 80;
/** Inputs that are sorted and folded in one step. */
const INPUTS_PER_STEP = 1024;
/** Inputs, groups and keys that are passed between two looks at the clock. */
const INPUTS_PER_MOVE = 256;
/** Groups. */
const GROUPS_PER_STEP = 1024;
const INPUTS_PER_EMISSION = 16_384;
/** States may take this part of the memory before what else they are given waits outside. */
const STATES_PART = 0.25;

export class AggregateTable implements AggregateMemory {
  readonly #run: Run;
  readonly #compiled: CompiledGrouping;
  readonly #set: CompiledSet;
  readonly #level: number | undefined;
  readonly #numbers = new KeyIndex();
  /** By number: as they came. */
  readonly #groups = new GatheredList<Group>();
  readonly #share: SpillableShare;
  /** What states hold, and the one that is being folded: nothing of it can be spilled. */
  readonly #states: GatheredShare;
  readonly #folding: GatheredShare;
  readonly #foldMemory: AggregateMemory;
  #partitions: SpillPartitions | undefined;
  /** By call, once its inputs are sorted outside the groups. */
  #sorters: (OrderedInputs | undefined)[] = [];
  #hasSorters = false;
  /** Inputs that one group holds of one call, at most. */
  #longest = 0;
  readonly #pace: Pace;
  #emitting: Iterator<Group> | undefined;
  /** The group whose ordered inputs are being folded, and the call. */
  #folded: Group | undefined;
  #call = 0;

  /** `level`: of the partitions that its rows are from; undefined where no group may wait. */
  constructor(run: Run, compiled: CompiledGrouping, set: CompiledSet, level: number | undefined) {
    this.#run = run;
    this.#compiled = compiled;
    this.#set = set;
    this.#level = level;
    this.#pace = new Pace(run);
    this.#share = new SpillableShare(run.memory);
    this.#states = new GatheredShare(run.memory);
    this.#folding = new GatheredShare(run.memory);
    this.#foldMemory = { take: () => {}, pin: (bytes) => this.#folding.take(bytes) };
  }

  take(bytes: number): void {
    this.#share.take(bytes);
  }

  pin(bytes: number): void {
    this.#states.take(bytes);
  }

  get peakBytes(): number {
    return this.#share.peakBytes;
  }

  add(rows: readonly Row[]): MaybePromise<void> {
    if (this.#hasSorters) return this.#addSorted(rows);
    const { evaluation } = this.#run;
    const { aggregates } = this.#compiled;
    const take = (row: Row, key: MapKey): void => {
      const group = this.#groupOf(key) ?? this.#newGroup(key, row);
      if (group === undefined) return;
      for (let i = 0; i < aggregates.length; i++) {
        const state = group.states[i];
        if (state !== undefined) aggregates[i]?.add(state, row, evaluation, this);
      }
    };
    return this.#each(rows, take);
  }

  #each(rows: readonly Row[], take: (row: Row, key: MapKey) => void): MaybePromise<void> {
    const { key: keyOf = nothing, hasLongKey } = this.#set;
    const { evaluation } = this.#run;
    return this.#compiled.isRepeatable
      ? eachRowAgain(this.#run, rows, (row) => take(row, keyOf(row, evaluation)))
      : eachKeyedRow(this.#run, rows, keyOf, take, hasLongKey);
  }

  #addSorted(rows: readonly Row[]): MaybePromise<void> {
    const { evaluation } = this.#run;
    const { aggregates } = this.#compiled;
    const take = (row: Row, key: MapKey): void => {
      const group = this.#groupOf(key) ?? this.#newGroup(key, row);
      if (group === undefined) return;
      for (let i = 0; i < aggregates.length; i++) {
        const sorter = this.#sorters[i];
        const state = group.states[i];
        if (sorter !== undefined) sorter.add(group.number, row);
        else if (state !== undefined) aggregates[i]?.add(state, row, evaluation, this);
      }
    };
    return this.#each(rows, take);
  }

  #groupOf(key: MapKey): Group | undefined {
    const number = this.#numbers.get(key);
    return number < 0 ? undefined : this.#groups.at(number);
  }

  /** Undefined when it has to wait. */
  #newGroup(key: MapKey, row: Row): Group | undefined {
    const partitions = this.#partitions;
    if (partitions !== undefined) {
      partitions.append(partitions.partitionOf(key), row);
      return undefined;
    }
    const { values, aggregates } = this.#compiled;
    const { evaluation } = this.#run;
    const { left } = this.#set;
    const group = this.#makeGroup(
      values.map((value, at) => (left[at] === true ? null : value(row, evaluation))),
    );
    this.#share.take(
      rowBytes(group.values) + indexBytes(key) + GROUP_BYTES + STATE_BYTES * aggregates.length,
    );
    this.#numbers.set(key, group.number);
    this.#groups.push(group);
    return group;
  }

  #makeGroup(values: readonly Datum[]): Group {
    const states = this.#compiled.aggregates.map((aggregate) => aggregate.start());
    return { number: this.#groups.length, values, states };
  }

  /** Makes room; asked for once per batch. */
  relieve(): MaybePromise<void> {
    if (this.#hasSorters || this.#share.isOver || this.#statesAreOver) return this.#relieve();
    return this.#partitions === undefined ? undefined : this.#run.memory.file.relieved();
  }

  async #relieve(): Promise<void> {
    if (this.#share.isOver) await this.#sortOutside();
    if (this.#statesAreOver) this.#gatherOutside();
    for (const sorter of this.#sorters) await sorter?.spillIfOver();
    if (this.#share.isOver) this.#freeze();
    if (this.#partitions !== undefined) await this.#run.memory.file.relieved();
  }

  /** The state of a group that is the only one has to be held as a whole in any case. */
  get #statesAreOver(): boolean {
    const most = this.#run.memory.limitBytes * STATES_PART;
    return this.#states.heldBytes > most && this.#groups.length > 1;
  }

  /** What states that grow are given from now on, they get when their group is folded. */
  #gatherOutside(): void {
    const { aggregates } = this.#compiled;
    for (let call = 0; call < aggregates.length; call++) {
      const late = aggregates[call]?.late;
      if (late === undefined || this.#sorters[call] !== undefined) continue;
      this.#sorters[call] = new OrderedInputs(this.#run, late);
      this.#hasSorters = true;
    }
  }

  /** New groups wait from now on; a set without columns has only one. */
  #freeze(): void {
    if (this.#level === undefined || this.#set.key === undefined) return;
    if (this.#partitions !== undefined) return;
    const { file } = this.#run.memory;
    const count = partitionCount(file, this.#share.allowedBytes);
    this.#partitions = new SpillPartitions(file, count, this.#level);
  }

  /** Moves the inputs of ordered calls out of the groups. */
  async #sortOutside(): Promise<void> {
    const { aggregates } = this.#compiled;
    for (let call = 0; call < aggregates.length; call++) {
      const ordered = aggregates[call]?.ordered;
      if (ordered === undefined || this.#sorters[call] !== undefined) continue;
      const sorter = new OrderedInputs(this.#run, ordered);
      this.#sorters[call] = sorter;
      this.#hasSorters = true;
      await this.#moveInputs(call, sorter);
    }
  }

  async #moveInputs(call: number, sorter: OrderedInputs): Promise<void> {
    const moves = this.#inputsOf(call);
    await repeat(this.#run, () => {
      for (let count = 0; count < INPUTS_PER_MOVE; count++) {
        const step = moves.next();
        if (step.done === true) return false;
        if (step.value === undefined) continue;
        sorter.addInput(step.value.group, step.value.input);
        this.#share.give(rowBytes(step.value.input));
      }
      const spilled = sorter.spillIfOver();
      return isPromise(spilled) ? spilled.then(() => true) : true;
    });
  }

  /** Undefined where a group, or a key that it has seen, is passed. */
  *#inputsOf(call: number): Generator<{ readonly group: number; readonly input: Row } | undefined> {
    for (const { number, states } of this.#groups.values()) {
      yield undefined;
      const state = states[call];
      if (state === undefined) continue;
      const { inputs, seen } = state;
      state.inputs = undefined;
      state.seen = undefined;
      for (const key of seen ?? []) {
        this.#share.give(keyBytes(key));
        yield undefined;
      }
      for (const input of inputs ?? []) yield { group: number, input };
    }
  }

  /** All rows have come. */
  finish(): MaybePromise<void> {
    this.#partitions?.finish();
    // A set without columns has its group even when there was no row.
    if (this.#set.key === undefined && this.#groups.length === 0) {
      this.#groups.push(this.#makeGroup(this.#compiled.values.map(() => null)));
    }
    if (this.#hasSorters) return this.#finishSorters();
    if (this.#compiled.aggregates.every(({ ordered }) => ordered === undefined)) return undefined;
    return andThen(this.#findLongest(), () =>
      this.#longest > INPUTS_PER_STEP ? this.#finishSorters() : undefined,
    );
  }

  #findLongest(): MaybePromise<void> {
    const groups = this.#groups;
    let at = 0;
    return repeat(this.#run, () => {
      for (const end = Math.min(groups.length, at + GROUPS_PER_STEP); at < end; at++) {
        for (const { inputs } of groups.at(at).states) {
          if (inputs !== undefined && inputs.length > this.#longest) this.#longest = inputs.length;
        }
      }
      return at < groups.length;
    });
  }

  async #finishSorters(): Promise<void> {
    await this.#sortOutside();
    for (const sorter of this.#sorters) await sorter?.finish();
  }

  /** Emits the next groups; false at the end. */
  emit(emit: (row: Row) => void): MaybePromise<boolean> {
    this.#emitting ??= this.#groups.values();
    const most = Math.min(BATCH_ROWS, INPUTS_PER_EMISSION / Math.max(1, this.#longest));
    for (let count = 0; count < most; count++) {
      const group = this.#folded ?? this.#nextGroup();
      if (group === undefined) return false;
      if (!this.#hasSorters) {
        const emitted = this.#emitGroup(group, emit);
        if (isPromise(emitted)) return emitted;
        if (this.#pace.isOver()) return true;
        continue;
      }
      if (this.#pace.isOver() && count > 0) return true;
      const done = this.#foldGroup(group);
      if (isPromise(done)) return done.then((each) => !each || this.#emitGroup(group, emit));
      if (!done) return true;
      const emitted = this.#emitGroup(group, emit);
      if (isPromise(emitted)) return emitted;
    }
    return true;
  }

  #nextGroup(): Group | undefined {
    const step = this.#emitting?.next();
    if (step === undefined || step.done === true) return undefined;
    this.#folded = step.value;
    this.#call = 0;
    const { number, values, states } = step.value;
    for (let call = 0; call < this.#sorters.length; call++) {
      this.#sorters[call]?.startGroup(number, values, states[call]?.state);
    }
    return step.value;
  }

  /** Folds the ordered inputs of the group, some at a time; true when none are left. */
  #foldGroup({ number }: Group): MaybePromise<boolean> {
    for (; this.#call < this.#compiled.aggregates.length; this.#call++) {
      const sorter = this.#sorters[this.#call];
      if (sorter === undefined) continue;
      const done = sorter.fold(number, this.#foldMemory);
      if (isPromise(done)) return done.then(() => false);
      if (!done) return false;
    }
    return true;
  }

  #emitGroup(group: Group, emit: (row: Row) => void): MaybePromise<true> {
    if (!this.#compiled.hasLongResults) return this.#emitted(this.#rowOf(group), emit);
    const row = computed(this.#run, () => this.#rowOf(group));
    return andThen(row, (each) => this.#emitted(each, emit));
  }

  #emitted(row: Row, emit: (row: Row) => void): true {
    emit(row);
    if (this.#hasSorters) this.#folding.release();
    this.#folded = undefined;
    return true;
  }

  #rowOf({ values, states }: Group): Row {
    const { aggregates } = this.#compiled;
    const { evaluation } = this.#run;
    const results = states.map((state, i) => {
      const sorter = this.#sorters[i];
      if (sorter !== undefined) return sorter.result(values);
      return aggregates[i]?.result(state, evaluation, values) ?? null;
    });
    return values.concat(results, this.#set.groupings);
  }

  /** What waits belongs to the caller from then on. */
  waiting(): readonly WaitingGroups[] {
    const partitions = this.#partitions;
    this.#partitions = undefined;
    const waiting: WaitingGroups[] = [];
    for (let at = 0; at < (partitions?.count ?? 0); at++) {
      const tape = partitions?.tape(at);
      if (tape === undefined) continue;
      waiting.push({ set: this.#set, tape, level: (this.#level ?? 0) + 1 });
    }
    return waiting;
  }

  free(): void {
    this.#numbers.clear();
    this.#groups.clear();
    this.#partitions?.free();
    for (const sorter of this.#sorters) sorter?.clear();
    this.#sorters = [];
    for (const share of [this.#share, this.#states, this.#folding]) share.release();
  }
}
