#!/bin/sh
# Asks Shiproom whether this run may deploy, as the last thing before it does. Ends with 0 if it may; otherwise: do not deploy.
#
#   SHIPROOM_URL              where Shiproom listens, such as https://shiproom.example.org
#   SHIPROOM_CORRELATION_ID   shiproom_correlation_id, as the run got it
#   SHIPROOM_CLAIM_TOKEN      a token of the CI with the audience shiproom, or shiproom_claim_secret
#   SHIPROOM_RUN_ID           the run's id, as its CI names it
#   SHIPROOM_RUN_ATTEMPT      which attempt of that run this is; 1 by default
#   SHIPROOM_SHA              the commit that will be deployed; by default the one that is checked out here
#   SHIPROOM_CLAIM_WITHIN     for how many seconds to ask again while Shiproom cannot decide; 240 by default

set -eu
set +x # the token is nobody's business
LC_ALL=C
export LC_ALL

stop() {
    printf 'shiproom: %s\n' "$*" >&2
    exit 1
}

plain() { # NAME VALUE: what goes into JSON or a header needs no quoting, or it does not go
    case $2 in
    '') stop "$1 is empty" ;;
    *[!A-Za-z0-9._~+/:=@%#-]*) stop "$1 has characters that it cannot have" ;;
    esac
}

url=${SHIPROOM_URL:-}
correlation=${SHIPROOM_CORRELATION_ID:-}
token=${SHIPROOM_CLAIM_TOKEN:-}
run=${SHIPROOM_RUN_ID:-}
attempt=${SHIPROOM_RUN_ATTEMPT:-1}
within=${SHIPROOM_CLAIM_WITHIN:-240}
sha=${SHIPROOM_SHA:-$(git rev-parse HEAD)} || stop "SHIPROOM_SHA is empty and no commit is checked out here"

plain SHIPROOM_URL "$url"
plain SHIPROOM_CORRELATION_ID "$correlation"
plain SHIPROOM_CLAIM_TOKEN "$token"
plain SHIPROOM_RUN_ID "$run"
plain SHIPROOM_RUN_ATTEMPT "$attempt"
plain SHIPROOM_SHA "$sha"
case $within in '' | *[!0-9]*) stop "SHIPROOM_CLAIM_WITHIN is no number of seconds" ;; esac

answer=$(mktemp -d)
trap 'rm -rf "$answer"' EXIT
trap 'exit 1' HUP INT TERM
body=$(printf '{"correlation_id": "%s", "run_id": "%s", "run_attempt": "%s", "sha": "%s"}' \
    "$correlation" "$run" "$attempt" "$sha")

ask() { # prints the status, 000 without an answer; the token goes through a pipe, since everybody can read arguments
    : >"$answer/head"
    : >"$answer/body"
    printf 'header = "Authorization: Bearer %s"\n' "$token" |
        curl --config - --silent --show-error --connect-timeout 10 --max-time 30 \
            --header 'Content-Type: application/json' --data "$body" \
            --dump-header "$answer/head" --output "$answer/body" --write-out '%{http_code}' \
            --url "${url%/}/claim" || true
}

pause() { # how many seconds Shiproom wants to be left alone
    seconds=$(tr -d '\r' <"$answer/head" | sed -n 's/^[Rr][Ee][Tt][Rr][Yy]-[Aa][Ff][Tt][Ee][Rr]: *\([0-9]\{1,4\}\)$/\1/p')
    echo "${seconds:-5}"
}

deadline=$(($(date +%s) + within))
while :; do
    status=$(ask)
    said=$(tr -d '\r\n' <"$answer/body" | cut -c 1-1000)
    case $status in
    200)
        printf 'shiproom: granted. %s\n' "$said"
        exit 0
        ;;
    503 | 000) ;;
    *) stop "refused ($status): do not deploy. $said" ;;
    esac
    next=$(pause)
    [ $(($(date +%s) + next)) -le "$deadline" ] || stop "no decision in $within seconds ($status): do not deploy. $said"
    printf 'shiproom: not decided yet (%s), asking again in %s s\n' "$status" "$next" >&2
    sleep "$next"
done
