/** What `firstlight help` prints. */
import { ACCESS_HELP } from "../access-options.ts";
import { LOG_LEVELS } from "../adapters/pino-log.ts";
import { RANGES_HELP } from "../ranges-options.ts";
import { SHARDS_HELP } from "../shards-help.ts";

export const HELP: string = `firstlight: a distributed SQL database that speaks PostgreSQL

  firstlight start    the embedded database in one process
      --port N            TCP port for SQL clients (5432; 0 picks a free one)
      --host ADDRESS      address to listen on (127.0.0.1)
      --data-dir PATH     where the data is kept (./data)
      --log-level LEVEL   ${LOG_LEVELS.join(", ")} (warn)
      --allow-unauthenticated
                          listen beyond loopback though roles have no password
      --no-analyze        take statistics of tables only when ANALYZE says so
      --max-connections N sessions at a time (1000)
      --max-message-size MB
                          how long a message of a client may be (256)
      --retention MINUTES for how long what was changed can be read by who began before:
                          dumps and queries that take longer fail (6)
      --profile NAME      what is offered: firstlight, everything; dsql, what Aurora DSQL
                          does, as it does it; dsql-2026.09, as it did then (firstlight)
      --limit NAME=VALUE  another limit than the profile's, rows=10 for example; repeatable
      --tls MODE          off; on: clients may encrypt; require: they must (require with
                          --profile dsql or --auth token; else off on loopback, on beyond
                          it or with --tls-cert)
      --tls-cert FILE     certificate and its chain, PEM (one of its own, made at first
                          start: tls/server.crt in the data directory, for clients tls/ca.crt)
      --tls-key FILE      private key of the certificate, PEM
${ACCESS_HELP}
      --testing           let the commands below keep and reset its state, inject failures
                          and put its clock forward
      --inject SPEC       failures from the start: oc000=5%,oc001=every:3,disconnect=1%,
                          tables=a+b,seed=7 (implies --testing)
      --clock SPEED       how fast time goes by: 60, or frozen (implies --testing)

  firstlight checkpoint --name NAME    keep the present state of a database under a name
  firstlight reset [--to NAME]         back to it, or to the empty database
  firstlight inject SPEC               failures from now on; none without SPEC
  firstlight clock --advance 5m        put the clock forward; --speed 60, --speed frozen
      --data-dir PATH     of a database started with --testing (./data)

  firstlight lint FILE...  what a profile refuses of files of SQL, and what to write instead
      --profile NAME      dsql or one of its dates (dsql)
      --fix               write what has an equivalent into the files
      --dialect mysql     the files are of MySQL or MariaDB (mysql) or of SQLite (sqlite);
                          with --fix FILE.sql becomes FILE.dsql.sql beside it
      --strict            report what an empty database lacks, too
      --format json       findings for programs

  firstlight cluster  the local cluster: one process per service
      --data-dir PATH     where the data is kept (./data/cluster)
      --base-port N       SQL on N and N + 1, services on the ports after (5432)
      --log-level LEVEL   as above
      --supervise         restart a process that dies
      --clock-error MILLIS
                          processes read the wall clock and trust it within so much; one whose
                          clock is further away from most others stops (one clock for all)
      --no-balance        ranges of adjudicators are moved by command only
      --retention MINUTES as above
      --balance-from N    from how many commits a second on they are moved by load (200)
      --profile NAME, --limit NAME=VALUE
                          as above
      --tls MODE, --tls-cert FILE, --tls-key FILE
                          as above
      --auth MODE, --cluster-id ID, --region REGION, --iam-credentials FILE
                          as above

${SHARDS_HELP}

${RANGES_HELP}

  firstlight token    a password for servers that take tokens of IAM
      --user NAME, --host NAME, --expires-in SECONDS
                          (admin, the cluster's endpoint, 900)
      --cluster-id ID, --region REGION, --iam-credentials FILE, --iam-secret KEY=SECRET
                          as above; without a secret that of AWS_ACCESS_KEY_ID and
                          AWS_SECRET_ACCESS_KEY, or any

  firstlight cert     prints the certificate of the authority that a server's own is signed by
      --data-dir PATH     of the server (./data)
      --export FILE       writes it
      --install           makes it known to the system

  firstlight replace  a journal replica of a local cluster by a new process, for good
      --name NAME         of the replica, such as journal-2
      --address HOST:PORT where the new process listens
      --data-dir PATH     of the cluster (./data/cluster)

  firstlight role     one process of a local cluster
      --name NAME --data-dir PATH`;
