# Sourced by plan.sh and apply.sh: where the plan is made and applied, and where the state is.
set -euo pipefail

# A plan names the packages by absolute paths: both steps work in a folder of the same name.
WORK=${WORK:-/tmp/headgate-delivery}
STACK=$WORK/infra/stack
PLAN=$STACK/delivery.tfplan

require() {
    for name in "$@"; do
        [ -n "${!name:-}" ] || { echo "delivery: $name is not set; docs/delivery.md says what it is" >&2; exit 2; }
    done
}

# An override replaces whatever backend the stack names, so that nobody has to edit it.
use_state() {
    cat >"$STACK/delivery_override.tf" <<'OVERRIDE'
terraform {
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }
}
OVERRIDE
}

init() {
    local mirror=()
    if [ -n "${TF_PLUGIN_DIR:-}" ]; then mirror=(-plugin-dir="$TF_PLUGIN_DIR"); fi
    terraform -chdir="$STACK" init -input=false -reconfigure "${mirror[@]}" "$@" \
        -backend-config="bucket=$STATE_BUCKET" -backend-config="key=$STATE_KEY" -backend-config="region=$STATE_REGION"
}
