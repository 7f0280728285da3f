output "plans" {
  description = "Where the plans are kept for review."
  value       = "s3://${local.bucket}/plans/"
}

output "connection_arn" {
  description = "The connection to the repository; accept it once under Developer Tools > Connections."
  value       = local.connection_arn
}

output "pipeline_url" {
  description = "The pipeline's page."
  value       = var.codepipeline ? "https://${var.region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${local.name}/view" : null
}

output "github" {
  description = "What belongs into `env` of github/deploy.yml."
  value = {
    ENVIRONMENT  = var.environment
    STATE_REGION = var.region
    STATE_BUCKET = var.state_bucket
    STATE_KEY    = local.state_key
    PLANS        = "s3://${local.bucket}/plans"
    PLAN_ROLE    = aws_iam_role.step["plan"].arn
    APPLY_ROLE   = aws_iam_role.step["apply"].arn
    LINT_COMMAND = var.lint_command
    TEST_COMMAND = var.test_command
  }
}
