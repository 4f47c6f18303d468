#!/usr/bin/env bash
# Installs the program from the action's own sources, unless a cache has it.
set -euo pipefail
program=$SPOF_ROOT/bin/cargo-spof
if [[ ! -x $program && ! -x $program.exe ]]; then
    cargo install --locked --path "$GITHUB_ACTION_PATH/cargo-spof" --root "$SPOF_ROOT"
fi
echo "$SPOF_ROOT/bin" >> "$GITHUB_PATH"
