/** Backslash commands that inspect: what is typed, by the command that it counts for. */

/** Patterns that every command with a name pattern is tried with. */
const PATTERNS: readonly string[] = ["*", "app.*", "c*", '"Upper Case".*', "nothing"];

/** Forms of one command: plain, with S, with +, with both, and over the patterns. */
function forms(command: string, letters: readonly string[], more: readonly string[]): string[] {
  const plain = ["", ...letters].map((letter) => command + letter);
  const patterns = PATTERNS.map((pattern) => `${command} ${pattern}`);
  const detailed = letters.includes("+") ? PATTERNS.map((each) => `${command}+ ${each}`) : [];
  return [...plain, ...patterns, ...detailed, ...more];
}

const S_AND_PLUS: readonly string[] = ["S", "+", "S+"];
const PLUS: readonly string[] = ["+"];

/** Relations that are described one by one. */
const RELATIONS: readonly string[] = [
  "customer",
  '"Order Line"',
  "app.note",
  "app.child",
  "app.size",
  '"Upper Case"."Table"',
  "bare",
  "no_columns",
  "unlogged_one",
  "bare_copy",
  "made",
  "active_customer",
  "app.checked",
  "app.report",
  '"Upper Case"."View"',
  "totals",
  "app.later",
  "plain",
  "app.tuned",
  "customer_id_seq",
  '"Order Line_id_seq"',
  "app.note_large_seq",
  "customer_pkey",
  "customer_lower",
  "customer_active",
  "customer_code",
  "customer_expression",
  "line_price",
  "line_token",
  "one_day",
  "totals_status",
  "address",
  "app.pair",
  "empty_composite",
  "pg_catalog.pg_class",
  "pg_catalog.pg_tables",
  "information_schema.columns",
  "hidden.piece",
  "hidden.tree",
  "hidden.part",
  "app.*",
  '"Upper Case".*',
  "*er",
  "*.c?????er",
  "(bare|made)",
  '"bare|made"',
  "postgres.app.size",
  "other.app.size",
  "a.b.c.d",
  "nothing",
  "no.thing",
  "UPPER",
  "BARE",
];

const FUNCTIONS: readonly string[] = [
  "plus(integer,integer)",
  "plus(text)",
  "plus",
  "app.names",
  "app.rows",
  "app.tabular",
  "app.atomic",
  "app.clean",
  "app.add_up",
  "app.glue",
  "hidden.change",
  "lower(text)",
  "lower",
  "nothing",
  "make_interval",
  "json_each",
  "textregexeq",
  "int4pl",
  "pg_catalog.format(text)",
];

const VIEWS: readonly string[] = [
  "active_customer",
  "app.checked",
  "app.report",
  '"Upper Case"."View"',
  "hidden.tree",
  "totals",
  "bare",
  "nothing",
  "pg_catalog.pg_tables",
  "information_schema.schemata",
];

/** What server types decide in other forms of output: alignment, line breaks, NULLs. */
const LISTED: readonly string[] = [
  "\\d customer",
  "\\d+ hidden.piece",
  "\\dT+ mood",
  "\\df app.*",
  "\\dn+ app",
  "\\dp customer",
  "\\sv app.report",
];

function formatted(settings: string): string {
  const set = settings.split(", ").map((each) => `\\pset ${each}`);
  return [...set, ...LISTED].join("\n");
}

function onEach(command: string, names: readonly string[]): string[] {
  return names.map((each) => `${command} ${each}`);
}

export const INSPECTING_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  "\\d": ["\\d", "\\dS", ...onEach("\\d", RELATIONS)],
  "\\d+": ["\\d+", "\\dS+", ...onEach("\\d+", RELATIONS)],
  "\\da": forms("\\da", ["S"], ["\\da sum", "\\da *.*"]),
  "\\dA": forms("\\dA", PLUS, ["\\dA btree"]),
  "\\dAc": ["\\dAc", "\\dAc+", "\\dAc btree", "\\dAc+ btree int*", "\\dAc gin", "\\dAc hash text"],
  "\\dAf": ["\\dAf", "\\dAf+", "\\dAf btree", "\\dAf+ btree int*", "\\dAf gist"],
  "\\dAo": ["\\dAo", "\\dAo btree integer_ops", "\\dAo+ btree text_ops", "\\dAo gin jsonb_ops"],
  "\\dAp": ["\\dAp", "\\dAp btree integer_ops", "\\dAp+ btree text_ops", "\\dAp gist"],
  "\\db": forms("\\db", PLUS, ["\\db pg_default"]),
  "\\dc": forms("\\dc", S_AND_PLUS, []),
  "\\dconfig": [
    "\\dconfig enable*",
    "\\dconfig *path",
    "\\dconfig+ search_path",
    "\\dconfig work_mem",
  ],
  "\\dC": forms("\\dC", PLUS, ["\\dC mood", "\\dC+ int4", "\\dC text"]),
  "\\dd": forms("\\dd", ["S"], ["\\dd not_there"]),
  "\\dD": forms("\\dD", S_AND_PLUS, [
    "\\dD positive",
    "\\dD+ app.email",
    "\\dD+ hidden.*",
    "\\dD *.*",
  ]),
  "\\ddp": forms("\\ddp", [], ["\\ddp app", "\\ddp public"]),
  "\\dE": forms("\\dE", S_AND_PLUS, []),
  "\\des": forms("\\des", PLUS, []),
  "\\det": forms("\\det", PLUS, []),
  "\\deu": forms("\\deu", PLUS, []),
  "\\dew": forms("\\dew", PLUS, []),
  "\\df": forms("\\df", S_AND_PLUS, [
    "\\df plus",
    "\\df plus integer",
    "\\df plus int text",
    "\\df plus - ",
    "\\dfn *",
    "\\dfp app.*",
    "\\dfa app.*",
    "\\dfw",
    "\\dfwS",
    "\\dft",
    "\\dfnp+ app.*",
    "\\df *.*add*",
    "\\df lower",
    "\\df+ int4pl",
    "\\dfx",
  ]),
  "\\dF": forms("\\dF", PLUS, []),
  "\\dFd": forms("\\dFd", PLUS, []),
  "\\dFp": forms("\\dFp", PLUS, []),
  "\\dFt": forms("\\dFt", PLUS, []),
  "\\dg": forms("\\dg", S_AND_PLUS, ["\\dg reader", '\\dg "Odd Name"']),
  "\\di": forms("\\di", S_AND_PLUS, ["\\di customer_*", "\\di+ *.*pkey"]),
  "\\dl": ["\\dl", "\\dl+"],
  "\\dL": forms("\\dL", S_AND_PLUS, ["\\dL sql"]),
  "\\dm": forms("\\dm", S_AND_PLUS, []),
  "\\dn": forms("\\dn", S_AND_PLUS, ["\\dn app", "\\dn+ pg_catalog", "\\dn a.b"]),
  "\\do": forms("\\do", S_AND_PLUS, [
    "\\do =",
    "\\do || text",
    "\\do + integer integer",
    "\\do *.<+>",
    "\\do+ app.<+>",
    "\\do+ hidden.<+>",
    "\\do - interval",
  ]),
  "\\dO": forms("\\dO", S_AND_PLUS, ["\\dO C", "\\dO+ POSIX", "\\dO+ hidden.*"]),
  "\\dp": forms("\\dp", ["S"], ["\\dp customer", '\\dp "Order Line"', "\\dp app.tuned"]),
  "\\dP": [...forms("\\dP", PLUS, []), "\\dPt", "\\dPi", "\\dPn", "\\dPtin+"],
  "\\drds": ["\\drds", "\\drds writer", "\\drds * postgres", "\\drds nobody"],
  "\\dRp": forms("\\dRp", PLUS, []),
  "\\dRs": forms("\\dRs", PLUS, []),
  "\\ds": forms("\\ds", S_AND_PLUS, []),
  "\\dt": forms("\\dt", S_AND_PLUS, [
    "\\dt *.*",
    "\\dt app.no*",
    "\\dt c*|b*",
    "\\dt [ab]*",
    "\\dt public.(customer|bare)",
    "\\dt customer bare",
    "\\dtv",
    "\\dtvmsi+ app.*",
  ]),
  "\\dT": forms("\\dT", S_AND_PLUS, [
    "\\dT mood",
    "\\dT+ app.*",
    "\\dT int",
    "\\dT+ integer",
    "\\dT varchar",
    "\\dT text[]",
    "\\dT *range",
  ]),
  "\\du": forms("\\du", S_AND_PLUS, ["\\du writer", "\\du+ reader"]),
  "\\dv": forms("\\dv", S_AND_PLUS, ["\\dvS pg_st*"]),
  "\\dx": forms("\\dx", PLUS, []),
  "\\dX": forms("\\dX", [], ["\\dX customer_stats", "\\dX app.*"]),
  "\\dy": forms("\\dy", PLUS, []),
  "\\l": ["\\l", "\\l+", "\\l postgres", "\\l+ postgres", "\\l nothing", "\\l t*"],
  "\\lo_list": [
    "\\lo_list",
    "\\lo_list+",
    "BEGIN;\nSELECT lo_create(n) FROM generate_series(72010, 72012) n;\nCOMMENT ON LARGE OBJECT 72011 IS 'the second';\nALTER LARGE OBJECT 72011 OWNER TO reader;\nGRANT SELECT ON LARGE OBJECT 72011 TO visitor;\nGRANT ALL ON LARGE OBJECT 72012 TO PUBLIC;\n\\lo_list\n\\lo_list+\n\\dl\nROLLBACK;",
  ],
  "\\sf": onEach("\\sf", FUNCTIONS),
  "\\sf+": onEach("\\sf+", FUNCTIONS),
  "\\sv": onEach("\\sv", VIEWS),
  "\\sv+": onEach("\\sv+", VIEWS),
  "listings in other formats": [
    "expanded on",
    "expanded auto, columns 60",
    "format csv",
    "format csv, expanded on",
    "format html",
    "format html, expanded on",
    "format latex",
    "format latex-longtable",
    "format asciidoc, null nil",
    "format unaligned, tuples_only on",
  ].map(formatted),
  "listings with their queries": [
    "\\set ECHO_HIDDEN on\n\\dt hidden.*\n\\df hidden.*\n\\dO hidden.*",
    "\\set ECHO_HIDDEN noexec\n\\d+ customer\n\\l\n\\du",
  ],
  "\\z": forms("\\z", ["S"], ["\\z customer", "\\z app.*", "\\z pg_catalog.pg_authid"]),
};
