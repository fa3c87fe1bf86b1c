/**
 * Loaded into a server process with --import: measures for how long at one go nothing else got its
 * turn, by the clock and by the processor time that was spent meanwhile. Answers over IPC.
 */
const MARK_MILLIS = 1;

let last = performance.now();
let lastCpu = cpuMillis();
let worst = { wall: 0, cpu: 0 };

function cpuMillis() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function mark() {
  const now = performance.now();
  const cpu = cpuMillis();
  const wall = now - last;
  if (wall > worst.wall) worst.wall = wall;
  // What others of the machine took is no fault of the statement.
  const own = Math.min(wall, cpu - lastCpu);
  if (own > worst.cpu) worst.cpu = own;
  last = now;
  lastCpu = cpu;
}

setInterval(mark, MARK_MILLIS);
process.on("message", (question) => {
  mark();
  if (question === "worst") process.send?.({ ...worst, rss: process.resourceUsage().maxRSS });
  worst = { wall: 0, cpu: 0 };
});
