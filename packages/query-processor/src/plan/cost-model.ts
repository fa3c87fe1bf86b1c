/**
 * What work costs, in PostgreSQL's units: cpu_tuple_cost, 0.01, is a row that storage scans and the
 * executor takes in. The other constants are ratios to it that were measured here; the settings
 * scale them as they do PostgreSQL's.
 */
import type { Estimate } from "./plan-node.ts";
import type { PlannerSettings } from "./planner-settings.ts";

/** Added to what a setting has switched off; such a plan is made when there is no other. */
export const DISABLED_COST = 1.0e10;

/** To begin to read somewhere: by random_page_cost 4, thirty rows. */
const SEEK = 3 / 40;
/** A row that is read by its key among many: eight rows. */
const POINT_READ = 1 / 50;
/** A round of messages to storage, for each batch of reads. */
const MESSAGE = 1 / 2;
/** A row that another process sends. */
const SHIPPED_ROW = 0.5;
/** A page's worth of a scan, by seq_page_cost 1, beside its rows. */
const SCANNED_PAGE = 0.02;
/** A row that a scan only looks at: one by one in small tables, by columns in large ones. */
const LOOKED_AT = 0.5;
const LOOKED_AT_BY_COLUMNS = 0.03;
const COLUMNS_FROM = 5_000;
/** A row that comes out of a scan by columns. */
const KEPT_BY_COLUMNS = 0.3;
/** A comparison of rows while they are sorted, in cpu_operator_cost. */
const COMPARISON = 0.4;

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

  /** Before the first row of a whole table, which needs no seek but a message as any read does. */
  get wholeScan(): Cost {
    return { startup: this.round, total: this.round };
  }

  get pointRead(): number {
    return this.settings.randomPageCost * POINT_READ + this.shipped;
  }

  /** A row that comes from storage, on top of its scan. */
  get shipped(): number {
    return this.remote ? this.settings.tupleCost * SHIPPED_ROW : 0;
  }

  get tuple(): number {
    return this.settings.tupleCost;
  }

  get operator(): number {
    return this.settings.operatorCost;
  }

  /** Storage's part in a scan of all of these rows. */
  looksAt(rows: number, pages: number): number {
    const single = Math.min(rows, COLUMNS_FROM);
    const work = single * LOOKED_AT + (rows - single) * LOOKED_AT_BY_COLUMNS;
    return work * this.tuple + pages * this.settings.sequentialPageCost * SCANNED_PAGE;
  }

  /** A row that a scan of a whole table yields. */
  get scanned(): number {
    return this.tuple * KEPT_BY_COLUMNS + this.shipped;
  }

  comparisons(rows: number): number {
    return COMPARISON * this.operator * rows * Math.log2(Math.max(2, rows));
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
