#!/usr/bin/env bash
# Whole processes from a file to a smaller file: Espalier beside Torch-Pruning, run in turns.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: compare.sh [options] NETS [NAME...]

Cuts each network of the folder NETS (filled by export_networks.py; all of them where no NAME is
given) by both tools in turns and prints a table of medians: seconds of wall time, CPU seconds
(user and system), peak resident MiB, and Espalier's as multiples of Torch-Pruning's: below 1 is
better. A first turn of each is not counted. Where a side fails, the table says how and the ratios
stay empty.

  -n N        counted turns (default 5)
  -r RATIO    share to cut: channels for Torch-Pruning, parameters for Espalier (default 0.5)
  -l SECONDS  limit of one process (default 300)
  -e COMMAND  Espalier's command (default "./espalier" of this repository)
  -p COMMAND  Python with torch and torch-pruning (default "python3")
  -o DIR      keep what was made and measured (default: a temporary folder, removed)

Torch-Pruning runs on one thread. Needs GNU time (Debian: time). Run it on a quiet machine; where
that cannot be had, trust CPU seconds.
TEXT
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
turns=5 ratio=0.5 limit=300 espalier="$here/../../espalier" python=python3 out=
while getopts 'n:r:l:e:p:o:h' option; do
  case $option in
    n) turns=$OPTARG ;; r) ratio=$OPTARG ;; l) limit=$OPTARG ;;
    e) espalier=$OPTARG ;; p) python=$OPTARG ;; o) out=$OPTARG ;;
    h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || { usage >&2; exit 2; }
nets=$1
shift

gnu_time=$(command -v gtime || command -v /usr/bin/time || true)
if [ -z "$gnu_time" ] || ! "$gnu_time" -f %e true >/dev/null 2>&1; then
  echo "error: GNU time is needed (Debian: apt-get install time; macOS: brew install gnu-time)" >&2
  exit 2
fi
if ! [[ $turns =~ ^[1-9][0-9]*$ ]]; then
  echo "error: -n $turns: not a number of at least 1" >&2
  exit 2
fi

if [ -n "$out" ]; then
  mkdir -p "$out"
else
  out=$(mktemp -d)
  trap 'rm -rf -- "$out"' EXIT
fi

# Commands may be several words, such as "env A=1 ./espalier".
read -ra espalier_words <<<"$espalier"
read -ra python_words <<<"$python"

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for file in "$nets"/*.onnx; do names+=("$(basename "$file" .onnx)"); done
fi

# run SIDE NAME TURN: one process; its figures go to SIDE.NAME.times unless it is turn 0.
run() {
  local side=$1 name=$2 turn=$3 command log="$out/$1.$2.log" status=0
  if [ "$side" = espalier ]; then
    rm -rf -- "$out/espalier/$name"
    command=("${espalier_words[@]}" prune "$nets/$name.onnx" --ratio "$ratio"
      --out "$out/espalier/$name")
  else
    command=("${python_words[@]}" -W ignore "$here/prune_with_torch.py" "$nets" "$name"
      --ratio "$ratio" --limit "$limit" --out "$out/peer")
  fi
  "$gnu_time" -q -o "$out/last" -f '%e %U %S %M' timeout "$limit" "${command[@]}" \
    >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" -ne 0 ]; then
    reason=$(why "$status" "$log")
    return 1
  fi
  if [ "$turn" -gt 0 ]; then
    awk '{ print $1, $2 + $3, $4 / 1024 }' "$out/last" >>"$out/$side.$name.times"
  fi
}

# why STATUS LOG: a few words on a failure.
why() {
  local said
  if [ "$1" -eq 124 ]; then echo "over $limit s"; return; fi
  said=$(sed -n 's/.*"error": "\([A-Za-z]*\).*/\1/p' "$2" | tail -n 1)
  [ -n "$said" ] || said=$(grep -m 1 -i '^error' "$2" | cut -c 1-60 || true)
  echo "${said:-exit status $1}"
}

# median FILE COLUMN
median() {
  sort -n -k "$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c }
    END { m = int((NR + 1) / 2); print NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2 }'
}

medians() {
  printf '%.2f %.2f %.0f' "$(median "$1" 1)" "$(median "$1" 2)" "$(median "$1" 3)"
}

echo "| network | Torch-Pruning s | CPU s | MiB | Espalier s | CPU s | MiB | wall | CPU | memory |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
for name in "${names[@]}"; do
  [ -f "$nets/$name.onnx" ] || { echo "| $name | no such file | | | | | | | | |"; continue; }
  declare -A failed=()
  rm -f -- "$out/peer.$name.times" "$out/espalier.$name.times"
  for ((turn = 0; turn <= turns; turn++)); do
    for side in peer espalier; do
      [ -z "${failed[$side]-}" ] || continue
      run "$side" "$name" "$turn" || failed[$side]=$reason
    done
  done
  row="| $name "
  for side in peer espalier; do
    if [ -n "${failed[$side]-}" ]; then
      row+="| ${failed[$side]} | | "
    else
      read -r wall cpu memory <<<"$(medians "$out/$side.$name.times")"
      row+="| $wall | $cpu | $memory "
      [ $side = espalier ] || { peer_wall=$wall peer_cpu=$cpu peer_memory=$memory; }
    fi
  done
  if [ ${#failed[@]} -eq 0 ]; then
    row+=$(awk -v a="$wall" -v b="$peer_wall" -v c="$cpu" -v d="$peer_cpu" -v e="$memory" \
      -v f="$peer_memory" 'BEGIN { printf "| %.2f | %.2f | %.2f |", a / b, c / d, e / f }')
  else
    row+="| | | |"
  fi
  echo "$row"
done
