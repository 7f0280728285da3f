# The function, its log and its role.

resource "aws_cloudwatch_log_group" "log" {
  name              = "/aws/lambda/${local.name}"
  retention_in_days = var.uses.log_days
  #checkov:skip=CKV_AWS_158: CloudWatch's own key encrypts it; secrets are masked, and rows are never logged
  #checkov:skip=CKV_AWS_338: what must be kept stands in manifests, which never expire
}

resource "aws_iam_role" "role" {
  name        = local.name
  description = "The function ${local.name}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "role" {
  name   = var.stage
  role   = aws_iam_role.role.name
  policy = var.policy
}

resource "aws_lambda_function" "function" {
  # Its first call must find its log with the days that are wanted, and its rights.
  depends_on = [aws_cloudwatch_log_group.log, aws_iam_role_policy.role]

  function_name     = local.name
  description       = "Stage ${var.stage} of ${var.prefix}"
  role              = aws_iam_role.role.arn
  runtime           = "python3.13"
  architectures     = [var.architecture]
  handler           = "headgate.hosts.aws.handlers.${var.stage}.handler"
  s3_bucket         = var.package.bucket
  s3_key            = var.package.key
  s3_object_version = var.package.version
  source_code_hash  = var.package.sha256
  memory_size       = var.uses.memory
  timeout           = var.uses.timeout
  #checkov:skip=CKV_AWS_50: every line of the log has a correlation id; X-Ray would need rights on all resources
  #checkov:skip=CKV_AWS_115: its queue gives it so many messages at once, which takes nothing from the account's other functions
  #checkov:skip=CKV_AWS_116: nobody calls it asynchronously; its queue has a dead-letter queue
  #checkov:skip=CKV_AWS_117: it needs no private network; vpc gives it one
  #checkov:skip=CKV_AWS_173: no variable is a secret; those are in Systems Manager
  #checkov:skip=CKV_AWS_272: the package's hash is in the plan; its bucket is written to by who deploys only

  ephemeral_storage {
    size = var.uses.disk
  }

  environment {
    variables = var.environment
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.log.name
  }

  dynamic "vpc_config" {
    for_each = var.vpc == null ? [] : [var.vpc]
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }
}

resource "aws_lambda_event_source_mapping" "queue" {
  event_source_arn        = aws_sqs_queue.queue.arn
  function_name           = aws_lambda_function.function.arn
  batch_size              = var.uses.batch
  enabled                 = !var.is_idle
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.uses.concurrency
  }
}

# Only that an analysis was added starts it. What fails goes on in the queue; what can't even be read, aside: such a dead letter holds
# no event but the numbers of records in the stream, which keeps them for a day (docs/troubleshooting.md says what to type).
resource "aws_lambda_event_source_mapping" "stream" {
  count = var.from_stream ? 1 : 0

  event_source_arn               = var.stream_arn
  function_name                  = aws_lambda_function.function.arn
  starting_position              = "TRIM_HORIZON"
  batch_size                     = var.uses.batch
  maximum_retry_attempts         = var.attempts
  maximum_record_age_in_seconds  = 86400
  bisect_batch_on_function_error = true
  function_response_types        = ["ReportBatchItemFailures"]

  filter_criteria {
    filter {
      pattern = jsonencode({
        eventName = ["INSERT"]
        dynamodb  = { Keys = { pk = { S = [{ prefix = "analysis#" }] } } }
      })
    }
  }

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.dead.arn
    }
  }
}
