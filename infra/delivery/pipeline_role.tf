# What the pipeline itself may do: fetch the source, start its three builds, tell that a plan waits.

resource "aws_iam_role" "pipeline" {
  count = var.codepipeline ? 1 : 0

  name        = "${local.name}-pipeline"
  description = "Delivery of ${local.prefix}: the pipeline"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codepipeline.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "pipeline" {
  count = var.codepipeline ? 1 : 0

  name = "delivery"
  role = aws_iam_role.pipeline[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid      = "Artifacts", Effect = "Allow", Action = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
        Resource = ["${local.artifacts_arn}/*"]
      },
      {
        Sid      = "Bucket", Effect = "Allow", Action = ["s3:GetBucketLocation", "s3:GetBucketVersioning"]
        Resource = [local.bucket_arn]
      },
      {
        Sid    = "Connection", Effect = "Allow"
        Action = ["codestar-connections:UseConnection", "codeconnections:UseConnection"]
        # A connection has two ARNs since its service was renamed.
        Resource = [local.connection_arn, replace(local.connection_arn, "codestar-connections", "codeconnections")]
      },
      {
        Sid      = "Builds", Effect = "Allow", Action = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
        Resource = [for step in local.steps : "arn:${local.partition}:codebuild:${local.here}:project/${local.name}-${step}"]
      },
      ], length(aws_sns_topic.approval) > 0 ? [
      { Sid = "Approval", Effect = "Allow", Action = ["sns:Publish"], Resource = [aws_sns_topic.approval[0].arn] },
    ] : [])
  })
}
