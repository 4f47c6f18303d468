#!/usr/bin/env bash
# What is to be installed: the program as it is at the revision of the action, told by its sources, and where it goes.
set -euo pipefail
cd "$GITHUB_ACTION_PATH"
hash=$(tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
    Cargo.toml Cargo.lock cargo-spof rules | sha256sum | cut --characters=1-16)
{
    echo "hash=$hash"
    echo "root=$RUNNER_TEMP/cargo-spof-$hash"
} >> "$GITHUB_OUTPUT"
