#!/usr/bin/env bash
# Writes the comment of a pull request, or replaces the one that was written before.
set -euo pipefail

mark='<!-- cargo-spof -->'
# GitHub takes 65,536 characters.
max=65000

number=$(jq --raw-output '.pull_request.number // empty' "$GITHUB_EVENT_PATH")
if [[ -z $number ]]; then
    echo "this event has no pull request: no comment is written"
    exit 0
fi

# Asks GitHub: method, path, and the file of a body or none.
api() {
    local method=$1 path=$2 body=${3:-}
    local args=(--silent --show-error --fail --retry 3 --request "$method"
        --header "Accept: application/vnd.github+json"
        --header "X-GitHub-Api-Version: 2022-11-28"
        --config -)
    [[ -z $body ]] || args+=(--data-binary "@$body")
    # A token among the arguments would be seen by other processes.
    curl "${args[@]}" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$path" <<< "header = \"Authorization: Bearer $SPOF_TOKEN\""
}

# The comment that begins with the mark and is by an app: anybody else may write one that looks like it.
former() {
    local page comments found
    for ((page = 1; page <= 30; page++)); do
        comments=$(api GET "issues/$number/comments?per_page=100&page=$page") || return
        found=$(jq --arg mark "$mark" \
            'map(select(.user.type == "Bot" and (.body | startswith($mark)))) | first | .id // empty' <<< "$comments")
        if [[ -n $found || $(jq length <<< "$comments") -lt 100 ]]; then
            echo "$found"
            return
        fi
    done
}

write() {
    local id body=$RUNNER_TEMP/cargo-spof/comment.json
    jq --null-input --rawfile text "$SPOF_COMMENT" --argjson max "$max" '
        if ($text | length) <= $max then {body: $text}
        else {body: ($text[:$max] | split("\n")[:-1] | join("\n") + "\n\nThe rest is in the summary of the job.\n")}
        end' > "$body"
    id=$(former) || return
    if [[ -n $id ]]; then
        api PATCH "issues/comments/$id" "$body" > /dev/null
    else
        api POST "issues/$number/comments" "$body" > /dev/null
    fi
}

# A pull request from a fork has a token that may not write; its gate is the same.
if ! write; then
    echo "::warning title=cargo spof::the comment could not be written; a token needs pull-requests: write"
fi
