/**
 * What work costs, in PostgreSQL's units: cpu_tuple_cost, 0.01, is a row that storage scans and the
 * executor takes in. The other constants are ratios to it that were measured here; the settings
 * scale them as they do PostgreSQL's.
 */
import type { Estimate } from "./plan-node.ts";
import type { PlannerSettings } from "./planner-settings.ts";

/** Added to what a setting has switched off; such a plan is made when there is no other. */
export const DISABLED_COST = 1.0e10;

/** A page that is read in order, by random_page_cost 4. */
const SEEK = 1 / 16;
/** A row that is read by its key among many. */
const POINT_READ = 1 / 160;
/** A round of messages to storage, for each batch of reads. */
const MESSAGE = 1 / 2;
/**
 * Whole tables are read as columns: of what a row costs elsewhere, one that is passed over costs the
 * first part and one that is kept the second besides; of what a page costs, the third.
 */
const COLUMN_ROW = 0.03;
const COLUMN_OUTPUT = 0.15;
const COLUMN_PAGE = 0.02;
/** A row that another process sends. */
const SHIPPED_ROW = 0.5;

export interface Cost {
  readonly startup: number;
  readonly total: number;
}

export class CostModel {
  readonly settings: PlannerSettings;
  /** Whether storage is another process. */
  readonly remote: boolean;

  constructor(settings: PlannerSettings, remote: boolean) {
    this.settings = settings;
    this.remote = remote;
  }

  /** To begin to read somewhere. */
  get seek(): number {
    return this.settings.randomPageCost * (this.remote ? SEEK + MESSAGE : SEEK);
  }

  get round(): number {
    return this.remote ? this.settings.randomPageCost * MESSAGE : 0;
  }

  get pointRead(): number {
    return this.settings.randomPageCost * POINT_READ + this.shipped;
  }

  /** A row that comes from storage, on top of its scan. */
  get shipped(): number {
    return this.remote ? this.settings.tupleCost * SHIPPED_ROW : 0;
  }

  /** A whole table, of which `kept` rows come out; `perRow` is what one costs elsewhere. */
  wholeScan(rows: number, pages: number, kept: number, perRow: number): number {
    const { sequentialPageCost, tupleCost } = this.settings;
    const output = kept * (tupleCost * COLUMN_OUTPUT + this.shipped);
    return rows * perRow * COLUMN_ROW + pages * sequentialPageCost * COLUMN_PAGE + output;
  }

  get tuple(): number {
    return this.settings.tupleCost;
  }

  get operator(): number {
    return this.settings.operatorCost;
  }

  comparisons(rows: number): number {
    return 2 * this.operator * rows * Math.log2(Math.max(2, rows));
  }
}

export function estimateOf(rows: number, cost: Cost, width: number): Estimate {
  return {
    rows: Math.max(1, Math.round(rows)),
    startup: cost.startup,
    total: cost.total,
    width: Math.round(width),
  };
}
