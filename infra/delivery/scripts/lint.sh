#!/usr/bin/env bash
# Holds every contract of the project against the standard; a project of metadata pipelines alone has none.
set -euo pipefail

for contract in pipelines/*/*.odcs.yaml; do
    if [ -e "$contract" ]; then
        echo "lint $contract"
        headgate contract lint "$contract"
    fi
done
