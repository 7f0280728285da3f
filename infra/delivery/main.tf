# Push to the branch → check → plan, kept in S3 → a person approves → that very plan is applied.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  # Everything that infra/stack makes has a name that begins so.
  prefix    = "${var.project}-${var.environment}"
  name      = "${local.prefix}-delivery"
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  bucket    = "${local.name}-${local.account}"
  state_key = coalesce(var.state_key, "${var.project}/stack.tfstate")

  bucket_arn = "arn:${local.partition}:s3:::${local.bucket}"
  # CodePipeline puts what goes from stage to stage under the first 20 characters of its name.
  artifacts_arn = "${local.bucket_arn}/${substr(local.name, 0, 20)}"

  here = "${var.region}:${local.account}"

  steps = toset(["check", "plan", "apply"])
}
