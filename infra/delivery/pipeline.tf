# The pipeline: source → check → plan → approve → apply.

locals {
  connection_arn = var.codepipeline ? coalesce(var.connection_arn, one(aws_codestarconnections_connection.source[*].arn)) : null
}

resource "aws_codestarconnections_connection" "source" {
  count = var.codepipeline && var.connection_arn == null ? 1 : 0

  # A connection's name has 32 characters at most.
  name          = local.prefix
  provider_type = var.provider_type
}

resource "aws_sns_topic" "approval" {
  count = length(var.approval_mails) > 0 && var.codepipeline && var.manual_approval ? 1 : 0

  name              = "${local.name}-approval"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_sns_topic_subscription" "approval" {
  for_each = toset(length(aws_sns_topic.approval) > 0 ? var.approval_mails : [])

  topic_arn = aws_sns_topic.approval[0].arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_codepipeline" "delivery" {
  count = var.codepipeline ? 1 : 0

  name          = local.name
  role_arn      = aws_iam_role.pipeline[0].arn
  pipeline_type = "V2"
  # A newer push takes the place of a plan that still waits for somebody.
  execution_mode = "SUPERSEDED"
  #checkov:skip=CKV_AWS_219: S3's own key does; no other account reads here

  artifact_store {
    type     = "S3"
    location = aws_s3_bucket.delivery.bucket
  }

  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeStarSourceConnection"
      version          = "1"
      namespace        = "source"
      output_artifacts = ["source"]
      configuration = {
        ConnectionArn        = local.connection_arn
        FullRepositoryId     = var.repository
        BranchName           = var.branch
        DetectChanges        = "true"
        OutputArtifactFormat = "CODE_ZIP"
      }
    }
  }

  stage {
    name = "Check"
    action {
      name            = "Check"
      category        = "Test"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["source"]
      configuration   = { ProjectName = aws_codebuild_project.build["check"].name }
    }
  }

  stage {
    name = "Plan"
    action {
      name            = "Plan"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      namespace       = "plan"
      input_artifacts = ["source"]
      configuration = {
        ProjectName          = aws_codebuild_project.build["plan"].name
        EnvironmentVariables = jsonencode([{ name = "PLAN_ID", value = "#{codepipeline.PipelineExecutionId}" }])
      }
    }
  }

  dynamic "stage" {
    for_each = var.manual_approval ? ["Approve"] : []
    content {
      name = stage.value
      action {
        name     = "Approve"
        category = "Approval"
        owner    = "AWS"
        provider = "Manual"
        version  = "1"
        configuration = merge({
          CustomData         = "#{source.CommitId}: #{plan.PLAN_SUMMARY}"
          ExternalEntityLink = "#{plan.PLAN_URL}"
        }, length(aws_sns_topic.approval) > 0 ? { NotificationArn = aws_sns_topic.approval[0].arn } : {})
      }
    }
  }

  stage {
    name = "Apply"
    action {
      name            = "Apply"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["source"]
      configuration = {
        ProjectName = aws_codebuild_project.build["apply"].name
        # Whatever lies in S3 by then: another plan than the one that was approved has another sum.
        EnvironmentVariables = jsonencode([
          { name = "PLAN_ID", value = "#{codepipeline.PipelineExecutionId}" },
          { name = "PLAN_SHA256", value = "#{plan.PLAN_SHA256}" },
        ])
      }
    }
  }
}
