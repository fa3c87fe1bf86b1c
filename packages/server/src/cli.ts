/**
 * The command line `firstlight`: the only composition root. Each command loads what it needs: the
 * embedded database no gRPC.
 */
import { HELP } from "./command-line/help.ts";
import { UsageError } from "./command-line/options.ts";
import { parseCommand } from "./command-line/parse-command.ts";

async function runCommand(args: readonly string[]): Promise<void> {
  const parsed = parseCommand(args);
  switch (parsed.command) {
    case "start":
      return (await import("./commands/start.ts")).runStartCommand(parsed.options);
    case "cluster":
      return (await import("./commands/cluster.ts")).runClusterCommand(parsed.options);
    case "role":
      return (await import("./commands/role.ts")).runRoleCommand(parsed.options);
    case "shards":
      return (await import("./commands/shards.ts")).runShardsCommand(parsed.options);
    case "replace":
      return (await import("./commands/replace.ts")).runReplaceCommand(parsed.options);
    case "token":
      return (await import("./commands/token.ts")).runTokenCommand(parsed.options);
    case "cert":
      return (await import("./commands/cert.ts")).runCertCommand(parsed.options);
    case "lint":
      return (await import("./commands/lint.ts")).runLintCommand(parsed.options);
    case "ranges":
      return (await import("./commands/ranges.ts")).runRangesCommand(parsed.options);
    case "control":
      return (await import("./commands/control.ts")).runControlCommand(parsed.options);
    case "help":
      process.stdout.write(`${HELP}\n`);
  }
}

try {
  await runCommand(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`firstlight: ${message}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}
