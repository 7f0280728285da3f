#!/usr/bin/env bash
# Holds every Terraform root of the project against fmt and validate; no account is asked.
set -euo pipefail

mirror=()
if [ -n "${TF_PLUGIN_DIR:-}" ]; then mirror=(-plugin-dir="$TF_PLUGIN_DIR"); fi

terraform fmt -check -recursive -diff infra
for versions in infra/*/versions.tf; do
    root=$(dirname "$versions")
    echo "validate $root"
    terraform -chdir="$root" init -backend=false -input=false "${mirror[@]}" >/dev/null
    terraform -chdir="$root" validate
done
