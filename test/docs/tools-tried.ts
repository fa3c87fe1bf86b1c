/** Which tools were tried against an embedded Firstlight and PostgreSQL 16, and when: npm run test:orms. */
export const TOOLS_TRIED_ON = "2026-11-22";

/** Tool and version, what was tried, and what was not the same as on PostgreSQL. */
export const TOOLS_TRIED: readonly (readonly [string, string, string])[] = [
  ["Knex 3.3.0, Objection 3.1.5", "migrations, schema inspection, queries, one-to-many graphs", ""],
  ["Drizzle ORM 0.45.4, drizzle-kit 0.31.11", "migrate, push, pull, queries", ""],
  ["TypeORM 1.1.1", "synchronize, migrations, relations, trees, views", ""],
  ["MikroORM 6.6.16", "schema diff, migrations, unit of work", ""],
  ["Kysely 0.28.18", "queries, introspection, migrations", ""],
  [
    "Sequelize 6.37.8, Umzug",
    "sync, migrations, schema inspection, queries",
    "ENUM and findOrCreate need PL/pgSQL",
  ],
  [
    "Prisma 6.19.0 without Rust engines",
    "generate, migrate diff, client",
    "db push and db pull fail on PostgreSQL, too; errors of COMMIT do not reach the program",
  ],
  ["SQLAlchemy 1.4.46, Alembic 1.8.1", "reflection, relationships, operations", ""],
  ["Django 3.2.25", "migrate, inspectdb, models, django.contrib.postgres", ""],
];
