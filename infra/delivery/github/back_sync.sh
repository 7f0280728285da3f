#!/usr/bin/env bash
# Opens a pull request from one branch to another when the first has commits that the second lacks.
# back_sync.sh [FROM] [INTO], default uat and dev; needs a clone with its whole history, and gh with a token.
set -euo pipefail

from=${1:-uat}
into=${2:-dev}
remote=${REMOTE:-origin}
most=50

fetch() {
    git fetch --quiet --no-tags "$remote" "+refs/heads/$1:refs/remotes/$remote/$1" 2>/dev/null || {
        echo "back-sync: $remote has no branch $1; create it, or name another: back_sync.sh FROM INTO" >&2
        exit 2
    }
}

# The same content can come on other commits (a squashed merge): then a merge would change nothing.
changes_nothing() {
    local merged
    merged=$(git merge-tree --write-tree "$remote/$into" "$remote/$from" 2>/dev/null) || return 1
    [ "$merged" = "$(git rev-parse "$remote/$into^{tree}")" ]
}

# Subjects are others' text: indented by four they stay text in Markdown.
body() {
    echo "\`$from\` has $count commits that \`$into\` lacks:"
    echo
    git log --no-merges --max-count="$most" --format='    %h %s' "$remote/$into..$remote/$from"
    if [ "$count" -gt "$most" ]; then echo "    … and more"; fi
}

fetch "$from"
fetch "$into"
count=$(git rev-list --count "$remote/$into..$remote/$from")
if [ "$count" = 0 ] || changes_nothing; then
    echo "back-sync: $into has all that $from has"
    exit 0
fi

number=$(gh pr list --state open --head "$from" --base "$into" --json number --jq '.[0].number // empty')
if [ -n "$number" ]; then
    echo "back-sync: pull request #$number is open; it shows the new commits by itself"
    exit 0
fi

text=$(mktemp)
trap 'rm -f "$text"' EXIT
body >"$text"
gh pr create --head "$from" --base "$into" --title "Bring $from back to $into" --body-file "$text"
