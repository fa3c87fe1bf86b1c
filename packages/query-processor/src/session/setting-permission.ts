/** Who may change a setting, and when: set_config_option's refusals. */
import { SqlError } from "@firstlight/common";
import type { SettingDefinition } from "@firstlight/common";

export interface Changer {
  readonly isSuperuser: boolean;
  /** In the startup packet. */
  readonly atStart: boolean;
}

export function checkMayChange(definition: SettingDefinition, changer: Changer): void {
  const { name, context } = definition;
  switch (context) {
    case "user":
      return;
    case "superuser":
      if (changer.isSuperuser) return;
      throw new SqlError("42501", `permission denied to set parameter "${name}"`);
    case "internal":
      throw unchangeable(`parameter "${name}" cannot be changed`);
    case "postmaster":
      throw unchangeable(`parameter "${name}" cannot be changed without restarting the server`);
    case "sighup":
      throw unchangeable(`parameter "${name}" cannot be changed now`);
    case "backend":
    case "superuser-backend":
      if (!changer.atStart)
        throw unchangeable(`parameter "${name}" cannot be set after connection start`);
      if (context === "backend" || changer.isSuperuser) return;
      throw new SqlError("42501", `permission denied to set parameter "${name}"`);
  }
}

function unchangeable(message: string): SqlError {
  return new SqlError("55P02", message);
}
