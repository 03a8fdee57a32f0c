#!/usr/bin/env bats
# The one-liners of README.md, as they stand there, against a daemon of their own.
# THRESHER_BIN names the program; by default it is the release build.

# block TITLE: the code below a heading.
block() {
  awk -v title="## $1" '$0 == title {found = 1} found && /^```$/ {exit} found && inside {print} found && /^```sh$/ {inside = 1}' \
    "$BATS_TEST_DIRNAME/README.md"
}

# one_liner TITLE: runs it; it must end by itself.
one_liner() {
  local code
  code=$(block "$1")
  [ -n "$code" ]
  cd "$THRESHER_FOLDER"
  timeout 20 bash -c "set -o pipefail; $code"
}

setup_file() {
  export THRESHER_BIN="${THRESHER_BIN:-$BATS_TEST_DIRNAME/../../.build/release/thresher}"
  export THRESHER_FOLDER THRESHER_SOCKET THRESHER_HOST=127.0.0.1 THRESHER_PORT THRESHER_TOKEN=secret
  THRESHER_FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/thresher-bats.XXXXXX")
  THRESHER_SOCKET="$THRESHER_FOLDER/socket"
  env -u THRESHER_SOCKET "$THRESHER_BIN" serve --socket "$THRESHER_SOCKET" --listen 127.0.0.1:0 2>"$THRESHER_FOLDER/log" 3>&- &
  echo $! >"$THRESHER_FOLDER/pid"
  for _ in $(seq 200); do
    THRESHER_PORT=$(sed -n 's/.*port[^0-9]*\([0-9][0-9]*\).*/\1/p' "$THRESHER_FOLDER/log" | head -n 1)
    [ -S "$THRESHER_SOCKET" ] && [ -n "$THRESHER_PORT" ] && break
    sleep 0.05
  done
  cat >"$THRESHER_FOLDER/rows.jsonl" <<'ROWS'
{"id":"a","instruction":"How do plants make food?","output":"Sure! Plants make food by photosynthesis. Their leaves take in carbon dioxide from the air, the roots bring up water from the soil, and chlorophyll captures the energy of sunlight. I hope this helps!"}
{"id":"b","instruction":"How do plants make food?","output":"Sure! Plants make food by photosynthesis. Their leaves take in carbon dioxide from the air, the roots bring up water from the soil, and chlorophyll captures the energy of sunlight. I hope this helps!"}
{"id":"c","instruction":"Name the capital of Peru and describe it.","output":"The capital of Peru is Lima. It lies on the coast of the Pacific, has about ten million people, and is known for its food and its old churches."}
ROWS
}

teardown_file() {
  kill "$(cat "$THRESHER_FOLDER/pid")"
  rm -rf "$THRESHER_FOLDER"
}

@test "is it a duplicate" {
  run one_liner "Is it a duplicate, and how good is it"
  [ "$status" -eq 0 ]
  [ "$output" = '{"keep":true,"reasons":[]}' ]
}

@test "the same with nc" {
  run one_liner "The same with nc"
  [ "$status" -eq 0 ]
  [ "$output" = '{"keep":true,"reasons":[]}' ]
}

@test "the score, and what it is made of" {
  run one_liner "The score, and what it is made of"
  [ "$status" -eq 0 ]
  [ "$(jq '.score >= 7 and (.contributions | length > 3)' <<<"$output")" = true ]
}

@test "the ids that are kept, twice the same" {
  run one_liner "The ids that are kept, and remembered"
  [ "$status" -eq 0 ]
  [ "$output" = $'a\nc' ]
  run one_liner "The ids that are kept, and remembered"
  [ "$output" = $'a\nc' ]
}

@test "the rows that are kept, trimmed" {
  run one_liner "The rows that are kept, trimmed"
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 2 ]
  [[ "$(jq -r .output <<<"${lines[0]}")" == "Plants make food by "*"energy of sunlight." ]]
  [ "${lines[1]}" = "$(sed -n 3p "$THRESHER_FOLDER/rows.jsonl")" ]
}

@test "why rows are dropped" {
  run one_liner "Why rows are dropped, counted"
  [ "$status" -eq 0 ]
  [ "$output" = '{"count":2,"reasons":{"exact_duplicate":1}}' ]
}

@test "a stream that does not end is answered as it comes" {
  code=$(block "A stream that does not end")
  [ -n "$code" ]
  cd "$THRESHER_FOLDER"
  # It is ended from outside, with three answers there.
  run timeout 2 bash -c "$code"
  [ "$status" -eq 124 ]
  [ "$output" = $'a\ttrue\nb\tfalse\nc\ttrue' ]
}

@test "over TCP with the token" {
  run one_liner "Over TCP"
  [ "$status" -eq 0 ]
  [[ "$output" =~ ^[0-9]+\.[0-9]+ ]]
}

@test "every one-liner of the page is tested" {
  [ "$(grep -c '^```sh$' "$BATS_TEST_DIRNAME/README.md")" -eq 8 ]
}
