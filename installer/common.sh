# SPDX-License-Identifier: Apache-2.0
# Shared by setup, run and test: where things are, how a step is shown and how it fails. Sourced, never run.
# Sets the folder to the checkout's root; every log goes to build/log.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
readonly root
readonly cacheHome=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/slipway
readonly logs=build/log
mkdir -p "$logs" 2>/dev/null || { echo "slipway: cannot write to $root/build" >&2; exit 1; }

# Clones at different paths share the compiler cache: paths below the checkout are hashed relative to it.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-10G}
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
export LC_ALL=C.UTF-8

say() { printf 'slipway: %s\n' "$*"; }
fail() { printf 'slipway: %s\n' "$*" >&2; exit 1; }

# Compile jobs: one a core, and 2 GB of memory for each (a file that includes libtorch takes that).
compileJobs() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ {print int($2 / 2000000)}' /proc/meminfo)
    ((memory > 0)) || memory=1
    echo $((cores < memory ? cores : memory))
}

# Ninja's lines on stdin: one moving line on a terminal, else a line at each twentieth.
showProgress() { # WORD
    if [[ -t 1 ]]; then
        awk -v word="$1" 'match($0, /^\[[0-9]+\/[0-9]+\]/) {printf "\r\033[Kslipway: %s %s", word, substr($0, 1, RLENGTH); fflush(); seen = 1}
            END {if (seen) print ""}'
    else
        awk -v word="$1" 'match($0, /^\[[0-9]+\/[0-9]+\]/) {
            split(substr($0, 2, RLENGTH - 2), n, "/"); part = int(20 * n[1] / n[2])
            if (part > last) {last = part; printf "slipway: %s %s\n", word, substr($0, 1, RLENGTH); fflush()}}'
    fi
}

configure() { # PRESET [CMAKE ARGUMENT...]
    local log=$logs/configure-$1.log cuda=OFF
    [[ $1 == @(dev|release) && -d build/deps/nvidia/cudnn ]] && cuda=ON
    cmake --preset "$1" -DSLIPWAY_CUDA=$cuda "${@:2}" >"$log" 2>&1 && return 0
    grep -A6 -m3 'CMake Error' "$log" >&2 || tail -n 15 "$log" >&2
    return 1
}

build() { # PRESET [TARGET...]
    local log=$logs/build-$1.log
    ninja -C "build/$1" -j "$(compileJobs)" "${@:2}" 2>&1 | tee "$log" | showProgress "building $1" && return 0
    grep -E -m20 '(: (fatal )?error:|undefined reference|multiple definition|^FAILED|^ninja: error|^ld: |^mold: )' "$log" >&2 || tail -n 15 "$log" >&2
    return 1
}

# One at a time sets up and builds here: two in one build folder undo each other's work. Left when the script ends, or before.
# A script called by one that holds it has it already, by the file it was handed.
holdCheckout() {
    [[ ! /proc/self/fd/7 -ef $logs/lock ]] || return 0
    exec 7>"$logs/lock"
    flock -n 7 && return
    say "waiting for another installer/run or installer/test in this checkout"
    flock 7
}
leaveCheckout() { exec 7>&-; }

pipFailure() { # LOG: pip's own last words, with what the network said to it, and the next step
    local told step
    told=$({ grep -E '^(WARNING: Retrying|Could not fetch URL)' "$1" | tail -n 1; grep '^ERROR:' "$1" | tail -n 2 || true; } | cut -c 1-400)
    case $told in
        *SSL* | *certificate*) step="name the file with the certificate authority of your proxy or index: PIP_CERT=FILE installer/setup" ;;
        *'No space left'*) step="free space, or name another folder: SLIPWAY_DEPS_HOME=FOLDER installer/setup" ;;
        *Retrying* | *'Could not fetch'*) step="check the network, or name a proxy (HTTPS_PROXY) or another index (PIP_INDEX_URL)" ;;
        *) step="read the log" ;;
    esac
    printf '%s\n' "${told:-it says nothing}" "$step"
}
