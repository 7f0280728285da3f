#!/usr/bin/env bash
# Builds the packages, plans, and keeps the plan with all that it needs under $PLANS/$PLAN_ID/.
# Writes plan.env: PLAN_SHA256, PLAN_SUMMARY and PLAN_URL.
source "$(dirname "$0")/work.sh"
require ENVIRONMENT PLANS PLAN_ID STATE_BUCKET STATE_KEY STATE_REGION

here=$PWD
use_project "$(basename "$here")"
rm -rf "$WORK" && mkdir -p "$PROJECT"
tar --exclude=./.git --exclude=.terraform -cf - . | tar -xf - -C "$PROJECT"
use_state

cd "$PROJECT"
headgate deploy plan --environment "$ENVIRONMENT" --out "$STACK/delivery.tfplan"
terraform -chdir="$STACK" show -no-color delivery.tfplan >"$here/plan.txt"

# Providers come anew, by the checksums in their lock file; all else is what was planned with.
tar --exclude=.terraform -czf "$here/plan.tar.gz" -C "$WORK" .
aws s3 cp --quiet "$here/plan.txt" "$PLANS/$PLAN_ID/plan.txt"
aws s3 cp --quiet "$here/plan.tar.gz" "$PLANS/$PLAN_ID/plan.tar.gz"

summary=$(grep -m 1 '^Plan: ' "$here/plan.txt" || echo "No changes.")
place=${PLANS#s3://}
{
    echo "PLAN_SHA256=$(sha256sum "$here/plan.tar.gz" | cut -d ' ' -f 1)"
    echo "PLAN_SUMMARY=$summary"
    echo "PLAN_URL=https://$STATE_REGION.console.aws.amazon.com/s3/object/${place%%/*}?prefix=${place#*/}/$PLAN_ID/plan.txt"
} >"$here/plan.env"
echo "delivery: $summary The plan lies in $PLANS/$PLAN_ID/plan.txt"
