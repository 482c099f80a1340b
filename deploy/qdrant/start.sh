#!/bin/sh
# Starts Qdrant with the API key of its secret file; without a key it does not start.
set -eu

secret=${QDRANT_API_KEY_FILE:-/run/secrets/qdrant_api_key}
key=$(cat "$secret")
if [ "${#key}" -lt 32 ]; then
    echo "the key in $secret is shorter than 32 characters: make one as deploy/README.md says" >&2
    exit 2
fi
QDRANT__SERVICE__API_KEY=$key
export QDRANT__SERVICE__API_KEY
exec ./qdrant "$@"
