/** What `firstlight help` says of `firstlight shards`. */
export const SHARDS_HELP: string = `  firstlight shards   what of a running local cluster's storage is where, and how it changes
      list                the default
      split SHARD         in the middle, or --at KEY (hexadecimal)
      merge SHARD         with the one behind it
      move SHARD --to REPLICA [--from REPLICA]
                          from one replica to another; without --from: one replica more
      leave SHARD --from REPLICA
                          one replica less
      add REPLICA --port N
                          a new storage process, which holds nothing yet
      drain REPLICA       all that it holds goes to others
      remove REPLICA [--force]
                          it is drained, or will not come back (--force)
      policy              --automatic on|off, --max-bytes N, --max-reads N (a second),
                          --pause SECONDS: when shards are split without being told to;
                          --merges on|off, --moves on|off, --max-moves N: merged and moved, too
      --data-dir PATH     of the cluster (./data/cluster)`;
