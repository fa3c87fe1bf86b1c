#!/usr/bin/env bash
# The local cluster with supervision: run-cluster.sh [DATA_DIRECTORY [BASE_PORT]]
# SQL on BASE_PORT and BASE_PORT + 1; nine more ports after them.
set -euo pipefail
data="$(realpath -m "${1:-./data/cluster}")"
port="${2:-5432}"
cd "$(dirname "$0")/../.."
[ -d node_modules ] || npm ci
npm run build
exec node packages/server/dist/main.js cluster --supervise --data-dir "$data" --base-port "$port"
