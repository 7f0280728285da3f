# Three builds: check (no rights in AWS), plan (reads), apply (writes).

locals {
  builds = var.codepipeline ? local.steps : toset([])

  environment = {
    ENVIRONMENT    = var.environment
    PROJECT_FOLDER = var.project_folder
    LINT_COMMAND   = var.lint_command
    TEST_COMMAND   = var.test_command
    STATE_BUCKET   = var.state_bucket
    STATE_KEY      = local.state_key
    STATE_REGION   = var.region
    PLANS          = "s3://${local.bucket}/plans"
  }
}

resource "aws_cloudwatch_log_group" "build" {
  for_each = local.builds

  name              = "/aws/codebuild/${local.name}-${each.key}"
  retention_in_days = var.log_days
  #checkov:skip=CKV_AWS_158: logs of builds hold no data; CloudWatch encrypts them with its own key
  #checkov:skip=CKV_AWS_338: how long they are kept is a variable
}

resource "aws_codebuild_report_group" "tests" {
  count = var.codepipeline ? 1 : 0

  # The name that CodeBuild makes of the project's and of `reports: tests` in buildspec/ci.yml.
  name           = "${local.name}-check-tests"
  type           = "TEST"
  delete_reports = true
  export_config {
    type = "NO_EXPORT"
  }
}

resource "aws_codebuild_project" "build" {
  for_each = local.builds

  name          = "${local.name}-${each.key}"
  description   = "Delivery of ${local.prefix}: ${each.key}"
  service_role  = aws_iam_role.step[each.key].arn
  build_timeout = 60
  #checkov:skip=CKV_AWS_147: what a build leaves lies in the bucket, which S3's own key encrypts

  artifacts {
    type = "CODEPIPELINE"
  }

  source {
    type      = "CODEPIPELINE"
    buildspec = file("${path.module}/buildspec/${each.key == "check" ? "ci" : "cd"}.yml")
  }

  environment {
    compute_type = "BUILD_GENERAL1_MEDIUM"
    image        = var.image
    type         = "LINUX_CONTAINER"

    dynamic "environment_variable" {
      for_each = merge(local.environment, { STEP = each.key })
      content {
        name  = environment_variable.key
        value = environment_variable.value
      }
    }
  }

  # What one step leaves in its cache no other step reads; what is applied is built without one.
  dynamic "cache" {
    for_each = each.key == "apply" ? [] : [each.key]
    content {
      type     = "S3"
      location = "${local.bucket}/cache/${cache.value}"
    }
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.build[each.key].name
    }
  }
}
