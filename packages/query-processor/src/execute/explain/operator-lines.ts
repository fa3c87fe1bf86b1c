/** What EXPLAIN ANALYZE tells of memory and temporary files, in PostgreSQL's words. */
import type { OperatorReport } from "../operator.ts";

function kilobytes(bytes: number): number {
  return Math.ceil(bytes / 1024);
}

/** PostgreSQL's tables have a power of two of buckets. */
function buckets(keys: number): number {
  return 2 ** Math.max(10, Math.ceil(Math.log2(Math.max(1, keys))));
}

/** The line of FORMAT TEXT. */
export function operatorLine(report: OperatorReport): string {
  switch (report.kind) {
    case "sort":
      return `Sort Method: ${report.method}  ${report.space}: ${kilobytes(report.bytes)}kB`;
    case "groups": {
      const peak = kilobytes(report.bytes);
      return `Full-sort Groups: ${report.groups}  Sort Method: ${report.method}  Average ${report.space}: ${peak}kB  Peak ${report.space}: ${peak}kB`;
    }
    case "hash":
      return `Buckets: ${buckets(report.buckets)}  Batches: ${report.batches}  Memory Usage: ${kilobytes(report.memoryBytes)}kB`;
    case "aggregate": {
      const { batches, memoryBytes, diskBytes } = report;
      const disk = diskBytes > 0 ? `  Disk Usage: ${kilobytes(diskBytes)}kB` : "";
      return `Batches: ${batches}  Memory Usage: ${kilobytes(memoryBytes)}kB${disk}`;
    }
    case "memo": {
      const { hits, misses, evictions, overflows, memoryBytes } = report;
      return `Hits: ${hits}  Misses: ${misses}  Evictions: ${evictions}  Overflows: ${overflows}  Memory Usage: ${kilobytes(memoryBytes)}kB`;
    }
  }
}

/** The properties of the other formats. */
export function operatorProperties(report: OperatorReport): Record<string, unknown> {
  switch (report.kind) {
    case "sort":
      return {
        "Sort Method": report.method,
        "Sort Space Used": kilobytes(report.bytes),
        "Sort Space Type": report.space,
      };
    case "groups": {
      const peak = kilobytes(report.bytes);
      const space = {
        [`Average Sort Space Used`]: peak,
        [`Peak Sort Space Used`]: peak,
      };
      return {
        "Full-sort Groups": {
          "Group Count": report.groups,
          "Sort Methods Used": [report.method],
          [`Sort Space ${report.space}`]: space,
        },
      };
    }
    case "hash":
      return {
        "Hash Buckets": buckets(report.buckets),
        "Original Hash Buckets": buckets(report.buckets),
        "Hash Batches": report.batches,
        "Original Hash Batches": 1,
        "Peak Memory Usage": kilobytes(report.memoryBytes),
      };
    case "aggregate":
      return {
        "HashAgg Batches": report.batches,
        "Peak Memory Usage": kilobytes(report.memoryBytes),
        "Disk Usage": kilobytes(report.diskBytes),
      };
    case "memo":
      return {
        "Cache Hits": report.hits,
        "Cache Misses": report.misses,
        "Cache Evictions": report.evictions,
        "Cache Overflows": report.overflows,
        "Peak Memory Usage": kilobytes(report.memoryBytes),
      };
  }
}
