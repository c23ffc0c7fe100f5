#!/usr/bin/env bash
# What the program is made of and whether that may be: secrets in the repository's
# history, licences and known vulnerabilities of what is linked, and the list of it (SBOM,
# CycloneDX). From a clone's root:
#
#   .ci/supply-chain.sh              all of it; a check that can't run fails
#   .ci/supply-chain.sh --offline    without network, where vulnerabilities can't be looked
#                                    up: that is said, and not counted as passed
#   .ci/supply-chain.sh --sbom FILE  only writes the list
set -euo pipefail
cd "$(dirname "$0")/.."

offline=false sbom=
case ${1:-} in
--offline) offline=true ;;
--sbom) sbom=$2 ;;
'') ;;
*)
  sed -n '2,11p' "$0" >&2
  exit 2
  ;;
esac

tool() { go tool -modfile="tools/$1/go.mod" "$@"; }

# Licences that ask for nothing but their own text.
allowed=MIT,BSD-2-Clause,BSD-3-Clause,Apache-2.0,ISC

# (Its version comes from git, which in a linked working tree it can't read.)
bill() { tool cyclonedx-gomod app -json -licenses -main cmd/mtbwiki -output "$1" .; }

if [ -n "$sbom" ]; then
  bill "$sbom"
  exit
fi

secrets() { tool gitleaks git --no-banner --redact . 2>&1 | tail -3; }

licences() {
  local out
  out=$(tool go-licenses check ./cmd/mtbwiki --allowed_licenses="$allowed" 2>&1) || {
    grep -v '^W' <<<"$out"
    return 1
  }
  echo "all of $allowed"
}

vulnerabilities() {
  if $offline; then
    echo "NOT RUN: the database of vulnerabilities is on the network"
    return
  fi
  tool govulncheck ./...
}

parts() {
  local list
  list=$(mktemp)
  bill "$list" || return 1
  grep -c '"bom-ref"' "$list" || return 1
  rm "$list"
}

for check in secrets licences vulnerabilities parts; do
  printf '%s: ' "$check"
  $check || { echo "$check: FAILED"; exit 1; }
done
