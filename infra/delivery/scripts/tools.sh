# Sourced by builds: puts Headgate (unless $STEP is apply) and the pinned Terraform, held against its checksum, on the PATH.
set -eo pipefail

TERRAFORM_VERSION=1.11.4
TERRAFORM_SHA256=1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc
TERRAFORM_FROM=${TERRAFORM_FROM:-https://releases.hashicorp.com/terraform}

export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1 TF_INPUT=0
# What buildspec/*.yml keep from build to build: of pip, of uv, and Terraform's provider.
HEADGATE_CACHE=${HEADGATE_CACHE:-/tmp/headgate-cache}
export XDG_CACHE_HOME="$HEADGATE_CACHE" TF_PLUGIN_CACHE_DIR="$HEADGATE_CACHE/terraform"
mkdir -p "$TF_PLUGIN_CACHE_DIR" "$HOME/bin"
export PATH="$HOME/bin:$PATH"

install_terraform() {
    zip=terraform_${TERRAFORM_VERSION}_linux_amd64.zip
    curl --fail --silent --show-error --location --output "$HEADGATE_CACHE/$zip" "$TERRAFORM_FROM/$TERRAFORM_VERSION/$zip"
    echo "$TERRAFORM_SHA256  $HEADGATE_CACHE/$zip" | sha256sum --check --quiet
    python3 -m zipfile -e "$HEADGATE_CACHE/$zip" "$HOME/bin"
    chmod +x "$HOME/bin/terraform"
}

terraform version 2>/dev/null | grep -q "^Terraform v$TERRAFORM_VERSION\$" || install_terraform
# The project says which Headgate it is deployed with. apply.sh needs none: beside the rights to change things nothing of it runs.
[ "${STEP:-}" = apply ] || python3 -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
