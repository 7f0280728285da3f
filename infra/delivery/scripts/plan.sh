#!/usr/bin/env bash
# Builds the packages, plans, and keeps the plan with all that it needs under $PLANS/$PLAN_ID/.
# Writes plan.env: PLAN_SHA256, PLAN_SUMMARY and PLAN_URL.
source "$(dirname "$0")/work.sh"
require PLANS PLAN_ID STATE_BUCKET STATE_KEY STATE_REGION

here=$PWD
rm -rf "$WORK" && mkdir -p "$WORK"
tar --exclude=./.git --exclude=.terraform -cf - . | tar -xf - -C "$WORK"
cd "$WORK"

use_state
headgate deploy build
init
terraform -chdir="$STACK" plan -input=false -out="$PLAN"
terraform -chdir="$STACK" show -no-color "$PLAN" >"$here/plan.txt"

# Providers are had anew by the lock file, which holds their checksums; all else is what was planned with.
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
cat "$here/plan.txt"
