# Rules lay events before the stage: in its queue. What it can't take ends in its dead-letter queue.

locals {
  name      = "${var.prefix}-${var.stage}"
  sqs       = "arn:${var.here.partition}:sqs:${var.here.region}:${var.here.account}"
  rules     = "arn:${var.here.partition}:events:${var.here.region}:${var.here.account}:rule"
  queue_arn = "${local.sqs}:${local.name}"
  dead_arn  = "${local.sqs}:${local.name}-dead"

  # Put together from names: a policy that waited for its rule would be one more link that Terraform waits for.
  from = compact([
    length(var.events) > 0 ? "${local.rules}/${var.bus}/${local.name}" : "",
    var.inbox == null ? "" : "${local.rules}/${local.name}-inbox",
  ])

  may_send = { for name, arn in { queue = local.queue_arn, dead = local.dead_arn } : name => jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for rules in [local.from] : {
        Sid       = "Rules"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = arn
        Condition = { ArnEquals = { "aws:SourceArn" = rules } }
      } if length(rules) > 0],
      [{
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
    )
  }) }
}

resource "aws_sqs_queue" "dead" {
  name                      = "${local.name}-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  policy                    = local.may_send.dead

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = concat([local.queue_arn], var.more_sources)
  })
}

resource "aws_sqs_queue" "queue" {
  name                       = local.name
  visibility_timeout_seconds = var.visibility
  message_retention_seconds  = 1209600
  sqs_managed_sse_enabled    = true
  policy                     = local.may_send.queue

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = var.max_receives
  })
}

resource "aws_cloudwatch_event_rule" "events" {
  count = length(var.events) > 0 ? 1 : 0

  name           = local.name
  description    = "What ${var.stage} takes."
  event_bus_name = var.bus
  event_pattern  = jsonencode({ detail-type = var.events })
}

resource "aws_cloudwatch_event_target" "events" {
  count = length(aws_cloudwatch_event_rule.events)

  rule           = aws_cloudwatch_event_rule.events[count.index].name
  event_bus_name = var.bus
  target_id      = "queue"
  arn            = aws_sqs_queue.queue.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}

# S3 tells the account's own bus.
resource "aws_cloudwatch_event_rule" "inbox" {
  count = var.inbox == null ? 0 : 1

  name        = "${local.name}-inbox"
  description = "Files that arrive."
  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail      = { bucket = { name = [var.inbox.bucket] }, object = { key = [{ prefix = var.inbox.prefix }] } }
  })
}

resource "aws_cloudwatch_event_target" "inbox" {
  count = length(aws_cloudwatch_event_rule.inbox)

  rule      = aws_cloudwatch_event_rule.inbox[count.index].name
  target_id = "queue"
  arn       = aws_sqs_queue.queue.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}
