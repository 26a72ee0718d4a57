#!/usr/bin/env bash
# Fails, and names the file, where clang-format would change one.
set -euo pipefail
clang_format=$1
# Another release of clang-format has other opinions; Debian 12's is ours.
"$clang_format" --version | grep -q 'version 14\.' ||
  { echo "skipped: the tree is formatted by clang-format 14"; exit 77; }
mapfile -t files < <(find messages config storage actors http cli tests \
  -name '*.cpp' -o -name '*.hpp')
[ ${#files[@]} -gt 50 ] || { echo "only ${#files[@]} files found" >&2; exit 1; }
"$clang_format" --dry-run -Werror "${files[@]}"
