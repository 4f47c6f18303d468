#!/usr/bin/env bash
# Runs the gate: annotations on standard output, a summary of the step, SARIF and the text of a comment as files.
# It does not fail by findings: the last step does, when all of it has been told.
set -euo pipefail

read -r -a more <<< "${SPOF_ARGS//$'\n'/ }"
# An empty list is no list to the oldest bash among the runners.
args=(--manifest-path "$SPOF_MANIFEST_PATH" ${more[@]+"${more[@]}"})
out=$RUNNER_TEMP/cargo-spof
mkdir -p "$out"

output() {
    echo "$1=$2" >> "$GITHUB_OUTPUT"
}

# Runs the program with a file for its output, and sets `code` to its exit.
into() {
    local file=$1
    shift
    code=0
    cargo-spof "$@" > "$file" || code=$?
}

# Ends here: what is wrong stands on standard error already.
broken() {
    echo "::error title=cargo spof::$1"
    output exit "$code"
    exit 0
}

# The revision before a pull request or an entry of a merge queue; nothing for other events. Where the merge of a pull request is checked
# out, its first parent: what the event says may be older, and what others have merged since is not the pull request's.
base_of_event() {
    local head parents
    head=$(jq --raw-output '.pull_request.head.sha // empty' "$GITHUB_EVENT_PATH")
    # A shallow clone knows the parents' names, though not the parents.
    read -r -a parents <<< "$(git cat-file commit HEAD | sed -n -e '/^$/q' -e 's/^parent //p' | tr '\n' ' ')"
    if [[ -n $head && ${#parents[@]} -eq 2 && ${parents[1]} == "$head" ]]; then
        echo "${parents[0]}"
    else
        jq --raw-output '.pull_request.base.sha // .merge_group.base_sha // empty' "$GITHUB_EVENT_PATH"
    fi
}

base=${SPOF_BASE:-$(base_of_event)}
gate=$SPOF_GATE
case $gate in
auto) gate=$([[ -n $base ]] && echo diff || echo check) ;;
check | diff) ;;
*)
    code=2
    broken "the input gate is none of auto, check, diff"
    ;;
esac
if [[ $gate == diff && -z $base ]]; then
    code=2
    broken "the input base is needed: this event has none"
fi

into "$out/findings.sarif" check --message-format sarif "${args[@]}"
[[ $code -ne 2 ]] || broken "the workspace cannot be analysed; the log of this step says why"
output sarif "$out/findings.sarif"

if [[ $gate == diff ]]; then
    # The checkout may have nothing but the merge of the pull request.
    if ! git cat-file -e "$base^{commit}" 2> /dev/null; then
        git fetch --quiet --no-tags --depth=1 origin "$base"
    fi
    into "$out/comment.md" diff "$base" --format md "${args[@]}"
    [[ $code -ne 2 ]] || broken "the base cannot be compared with; the log of this step says why"
    result=$code
    cat "$out/comment.md" >> "$GITHUB_STEP_SUMMARY"
    output comment "$out/comment.md"
    into "$out/annotations" diff "$base" --format github "${args[@]}" 2> /dev/null
else
    into "$out/findings.txt" check --message-format short "${args[@]}" 2> /dev/null
    result=$code
    {
        echo "### cargo spof: $(grep -c "" "$out/findings.txt" || true) findings"
        echo
        # Indented, each line is code and nothing else.
        sed 's/^/    /' "$out/findings.txt"
    } >> "$GITHUB_STEP_SUMMARY"
    into "$out/annotations" check --message-format github "${args[@]}" 2> /dev/null
fi
cat "$out/annotations"
output exit "$result"
