#!/usr/bin/env bash
# Applies the plan that plan.sh kept under $PLANS/$PLAN_ID/, if its checksum is $PLAN_SHA256.
source "$(dirname "$0")/work.sh"
require PLANS PLAN_ID PLAN_SHA256

fetched=$(mktemp)
trap 'rm -f "$fetched"' EXIT
aws s3 cp --quiet "$PLANS/$PLAN_ID/plan.tar.gz" "$fetched"
if [ "$(sha256sum "$fetched" | cut -d ' ' -f 1)" != "$PLAN_SHA256" ]; then
    echo "delivery: the plan in $PLANS/$PLAN_ID/ is not the one that was approved; nothing was applied. Start anew" >&2
    exit 1
fi

rm -rf "$WORK" && mkdir -p "$WORK"
tar -xzf "$fetched" -C "$WORK"
# The one folder that the archive holds.
use_project "$(ls "$WORK")"
cd "$STACK"

mirror=()
if [ -n "${TF_PLUGIN_DIR:-}" ]; then mirror=(-plugin-dir="$TF_PLUGIN_DIR"); fi
terraform init -input=false -lockfile=readonly "${mirror[@]}"
# A plan is applied as it is or not at all: Terraform refuses it when the state has moved on since.
terraform apply -input=false delivery.tfplan
