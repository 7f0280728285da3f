# Sourced by plan.sh and apply.sh: where a plan is made and applied, and where the state is.
set -euo pipefail

# Where both steps work: a plan names its files by where they lay when it was made.
WORK=${WORK:-/tmp/headgate-delivery}
# Terraform writes the state of a new workspace before it plans anything, and who plans may only read. So the key itself names the
# environment, as the workspace of `headgate deploy` would: it is the same object, and the workspace `default` is always there.
export TF_WORKSPACE=default HEADGATE_TERRAFORM_WORKSPACE=default

require() {
    for name in "$@"; do
        [ -n "${!name:-}" ] || { echo "delivery: $name is not set; docs/delivery.md says what it is" >&2; exit 2; }
    done
}

# The project lies in a folder of its own below $WORK, called as the one that was checked out: a folder may be what names a project.
use_project() {
    PROJECT=$WORK/$1
    STACK=$PROJECT/infra/stack
}

# An override takes the place of whatever backend the stack names, so that nobody has to edit it.
use_state() {
    cat >"$STACK/delivery_override.tf" <<OVERRIDE
terraform {
  backend "s3" {
    bucket       = "$STATE_BUCKET"
    key          = "env:/$ENVIRONMENT/$STATE_KEY"
    region       = "$STATE_REGION"
    encrypt      = true
    use_lockfile = true
  }
}
OVERRIDE
}
