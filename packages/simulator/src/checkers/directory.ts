/**
 * The directory goes forward: whoever has held that a log is served since an epoch never again holds
 * an older one to be true, and nobody ever hears of two processes for one epoch of a log (I2).
 */
import type { Evidence } from "./evidence.ts";
import type { Findings } from "./violation.ts";

export function checkDirectory({ observations }: Evidence, findings: Findings): void {
  const epochs = new Map<string, number>();
  const members = new Map<string, string>();
  for (const { process, life, serving } of observations.learned) {
    const { log, epoch, member } = serving;
    const place = `${process} ${life} ${log}`;
    const before = epochs.get(place) ?? 0;
    if (epoch <= before) {
      findings.add("directory", `${process} went back from epoch ${before} of ${log} to ${epoch}`);
    }
    epochs.set(place, epoch);
    const first = members.get(`${log} ${epoch}`);
    if (first !== undefined && first !== member) {
      findings.add("I2", `${first} and ${member} both serve epoch ${epoch} of ${log}`);
    }
    members.set(`${log} ${epoch}`, member);
  }
}
