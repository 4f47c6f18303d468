#!/usr/bin/env bash
# What is to be installed: the program as it is at the revision of the action, told by its sources, and where it goes.
set -euo pipefail
cd "$GITHUB_ACTION_PATH"
# With git, which every runner has; not all have GNU's tools.
files=$(find Cargo.toml Cargo.lock cargo-spof rules -type f | LC_ALL=C sort)
hash=$({
    echo "$files"
    git hash-object --no-filters --stdin-paths <<< "$files"
} | git hash-object --stdin)
{
    echo "hash=$hash"
    echo "root=$RUNNER_TEMP/cargo-spof-$hash"
} >> "$GITHUB_OUTPUT"
