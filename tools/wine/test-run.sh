#!/usr/bin/env bash
# Tests of tools/wine/run itself: what passes through, and what it says when it cannot work.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lane.sh"

run=$wine_folder/run
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$tree" || exit 1
passed=0
failed=0

expect() {
  local what=$1 expected=$2 actual=$3
  if [[ $actual == "$expected" ]]; then
    passed=$((passed + 1))
    printf 'ok    %s\n' "$what"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s\n      expected: %q\n      actual:   %q\n' "$what" "$expected" "$actual"
  fi
}

expect_failure() {
  local what=$1 text=$2
  shift 2
  local output status=0
  output=$("$@" 2>&1 </dev/null) || status=$?
  expect "$what: exit code" 125 "$status"
  expect "$what: message" found "$([[ $output == *"$text"* ]] && echo found || printf '%s' "$output")"
}

standard_streams_pass_through() {
  local status=0
  printf 'hällo\nthere' | "$run" -- node -e '
    process.stderr.write("to stderr")
    let input = ""
    process.stdin.on("data", (bytes) => (input += bytes)).on("end", () => {
      process.stdout.write(input + "|" + JSON.stringify(process.argv.slice(1)))
      process.exitCode = 3
    })' 'a b' 'c"d\' '' >"$scratch/out" 2>"$scratch/err" || status=$?
  expect 'standard input and output pass through' $'hällo\nthere|["a b","c\\"d\\\\",""]' "$(<"$scratch/out")"
  expect 'standard error passes through' 'to stderr' "$(<"$scratch/err")"
  expect 'the exit code passes through' 3 "$status"
}

large_output_is_complete() {
  local size
  size=$("$run" -- node -e 'process.stdout.write(Buffer.alloc(20_000_000, 120))' </dev/null | tr -dc x | wc -c)
  expect 'twenty million bytes pass through a pipe' 20000000 "$size"
}

streams_keep_their_order() {
  local output
  output=$("$run" -- node -e 'for (let i = 0; i < 6; i++) process[i % 2 ? "stderr" : "stdout"].write(String(i))' </dev/null 2>&1)
  expect 'output and error to one place keep their order' 012345 "$output"
}

exit_code_of() {
  local status=0
  "$run" -- node -e "process.exit($1)" </dev/null || status=$?
  echo "$status"
}

identity_of() {
  "$run" "$@" -- cmd /c 'whoami /user' </dev/null | grep -o 'S-1-[0-9-]*'
}

runs_leave_nothing_behind() {
  "$run" -- cmd /c 'echo x > C:\left-behind.txt' </dev/null
  expect 'a file on C: does not outlive its run' 1 "$(
    "$run" -- cmd /c 'if exist C:\left-behind.txt (exit 0) else (exit 1)' </dev/null
    echo $?
  )"
  expect 'nothing stays mounted' '' "$(grep -F "$cache" /proc/self/mountinfo)"
}

center_of_a_run() {
  "$run" -- node -p '/kdc = (127[.0-9]*):88/.exec(fs.readFileSync("Z:/run/domain/krb5.conf", "utf8"))[1]' </dev/null
}

centers_of_runs_are_apart() {
  local one other
  one=$(center_of_a_run)
  other=$(center_of_a_run)
  expect 'each run has a key distribution center of its own' apart \
    "$([[ -n $one && -n $other && $one != "$other" ]] && echo apart || printf '%s and %s' "$one" "$other")"
}

signal_ends_the_run() {
  local job status=0
  "$run" -- node -e 'setInterval(() => {}, 1000)' </dev/null &
  job=$!
  sleep 2
  kill -TERM "$job"
  wait "$job" || status=$?
  expect 'a signal ends the run' 143 "$status"
}

# Lets a service of Wine crash, then ends with the given exit code.
crash_a_service() {
  "$run" --as-system -- node -e '
    const kernel32 = require("koffi").load("kernel32.dll")
    const openProcess = kernel32.func("void* OpenProcess(uint32_t access, int inherit, uint32_t id)")
    const createRemoteThread = kernel32.func(
      "void* CreateRemoteThread(void* process, void* security, size_t stack, size_t start, void* parameter, uint32_t flags, void* id)")
    const waitForSingleObject = kernel32.func("uint32_t WaitForSingleObject(void* object, uint32_t milliseconds)")
    const tasks = child_process.execFileSync("tasklist", { encoding: "utf16le" })
    const service = openProcess(0x1fffff, 0, Number(/winedevice\.exe\s+(\d+)/.exec(tasks)[1]))
    createRemoteThread(service, null, 0, 0xdead, null, 0, null)
    if (waitForSingleObject(service, 60_000) !== 0) throw new Error("the service did not crash")
    process.exitCode = Number(process.argv[1])
  ' "$1" </dev/null
}

crashes_of_services_stay_apart() {
  local crash='wine: Unhandled page fault*000000000000DEAD*' log=$scratch/services.log status=0
  ASUSER_SERVICES_LOG=$log crash_a_service 3 >"$scratch/out" 2>&1 || status=$?
  expect 'a service crashes: exit code' 3 "$status"
  expect 'a service crashes: the command’s output has nothing of it' '' "$(<"$scratch/out")"
  expect 'a service crashes: ASUSER_SERVICES_LOG has it' found \
    "$([[ $(<"$log") == $crash ]] && echo found || cat "$log")"
  (unset ASUSER_SERVICES_LOG && crash_a_service 0) >"$scratch/out" 2>&1
  expect 'without ASUSER_SERVICES_LOG a crash is not shown' '' "$(<"$scratch/out")"
  (unset ASUSER_SERVICES_LOG && crash_a_service 125) >"$scratch/out" 2>&1
  expect 'when the lane fails it is' found \
    "$([[ $(<"$scratch/out") == "wine lane: Wine's services wrote:"*$crash ]] && echo found || cat "$scratch/out")"
}

as_nobody() {
  setpriv --reuid=65534 --regid=65534 --clear-groups env PATH=/usr/bin:/bin ASUSER_CACHE="$1" "${@:2}"
}

standard_streams_pass_through
large_output_is_complete
streams_keep_their_order
expect 'exit code 255 stays' 255 "$(exit_code_of 255)"
expect 'an exit code of which Unix keeps nothing is still a failure' 1 "$(exit_code_of 256)"
expect 'the run is in the folder it was called from' 'Z:\asuser\tools\wine' \
  "$(cd "$wine_folder" && "$run" -- node -p 'process.cwd()' </dev/null)"
for major in 20 22 24; do
  expect "--node $major" "v${node_versions[$major]}" "$("$run" --node "$major" -- node -p process.version </dev/null)"
done
expect 'without --as-system it is the console user' S-1-5-21-0-0-0-1000 "$(identity_of)"
expect '--as-system' S-1-5-18 "$(identity_of --as-system)"
expect 'variables of the project pass through, others do not' 'yes undefined' \
  "$(ASUSER_TEST=yes OTHER_TEST=no "$run" -- node -p 'process.env.ASUSER_TEST + " " + process.env.OTHER_TEST' </dev/null)"
echo vector >"$scratch/vector.json"
expect 'ASUSER_VECTORS is mapped' vector \
  "$(ASUSER_VECTORS=$scratch "$run" -- node -p 'fs.readFileSync(process.env.ASUSER_VECTORS + "/vector.json", "utf8").trim()' </dev/null)"
expect '--timeout' 124 "$("$run" --timeout 2 -- node -e 'setInterval(() => {}, 1000)' </dev/null; echo $?)"
centers_of_runs_are_apart
signal_ends_the_run
runs_leave_nothing_behind
crashes_of_services_stay_apart

expect_failure 'no command' 'no command' "$run"
expect_failure 'unknown option' '--wrong' "$run" --wrong -- node
expect_failure 'unknown node' '--node must be 20, 22 or 24' "$run" --node 18 -- node
expect_failure 'no place for the log of services' 'ASUSER_SERVICES_LOG cannot be written' \
  env ASUSER_SERVICES_LOG="$scratch/none/log" "$run" -- node
expect_failure 'unknown program' 'starting the command failed with error 2' "$run" -- no-such-program
expect_failure 'nothing provisioned' 'run tools/wine/provision.sh' env ASUSER_CACHE="$scratch/empty" "$run" -- node
if ((EUID == 0)); then
  # sudo is out of reach of nobody, so this is a machine without root.
  mkdir -m 777 "$scratch/nobody"
  chmod 755 "$scratch"
  expect_failure 'running without root' 'needs root' as_nobody "$scratch/nobody" "$run" -- node
  expect_failure 'provisioning without root' 'needs root' as_nobody "$scratch/nobody" "$wine_folder/provision.sh"
fi

# For the count over all lanes, in the shape of vitest's.
mkdir -p build/results
printf '{ "numPassedTests": %d, "numFailedTests": %d, "numPendingTests": 0, "success": %s }\n' \
  "$passed" "$failed" "$( ((failed == 0)) && echo true || echo false)" >build/results/wine-runner.json
printf 'tools/wine/run: %d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
