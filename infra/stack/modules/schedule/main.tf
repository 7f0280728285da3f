# What happens by the clock: the end of a day, the look at missing files, the fetches. Each puts a tick on the bus.

locals {
  dead     = "${var.prefix}-schedule-dead"
  dead_arn = "arn:${var.here.partition}:sqs:${var.here.region}:${var.here.account}:${local.dead}"

  # Scheduler fills in the time; jsonencode would write the brackets otherwise.
  now = "\"scheduled\":\"<aws.scheduler.scheduled-time>\""

  ticks = merge(
    {
      day   = { type = "day.ended", when = var.daily_report.cron, zone = var.daily_report.zone, input = "{${local.now}}" }
      clock = { type = "clock.ticked", when = var.clock.minutes == 1 ? "rate(1 minute)" : "rate(${var.clock.minutes} minutes)", zone = "UTC", input = "{${local.now}}" }
    },
    { for pipeline, at in var.sources : "source-${pipeline}" => {
      type = "source.due", when = at.cron, zone = at.zone, input = "{${local.now},\"pipeline\":\"${pipeline}\"}"
    } },
  )
}

resource "aws_scheduler_schedule_group" "group" {
  name = var.prefix
}

resource "aws_scheduler_schedule" "tick" {
  for_each = local.ticks

  name                         = each.key
  group_name                   = aws_scheduler_schedule_group.group.name
  schedule_expression          = each.value.when
  schedule_expression_timezone = each.value.zone
  #checkov:skip=CKV_AWS_297: a tick says what time it is

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.bus_arn
    role_arn = aws_iam_role.scheduler.arn
    input    = each.value.input

    eventbridge_parameters {
      detail_type = each.value.type
      source      = "headgate.schedule"
    }

    # The next tick of the clock is worth as much as one that comes late.
    retry_policy {
      maximum_event_age_in_seconds = each.key == "clock" ? 300 : 86400
      maximum_retry_attempts       = each.key == "clock" ? 3 : 185
    }

    dead_letter_config {
      arn = aws_sqs_queue.dead.arn
    }
  }
}

# Ticks that did not reach the bus: a day without a report must not go by in silence.
resource "aws_sqs_queue" "dead" {
  name                      = local.dead
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = local.dead_arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_iam_role" "scheduler" {
  name        = "${var.prefix}-scheduler"
  description = "The schedules of ${var.prefix}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { StringEquals = {
        "aws:SourceAccount" = var.here.account
        "aws:SourceArn"     = "arn:${var.here.partition}:scheduler:${var.here.region}:${var.here.account}:schedule-group/${var.prefix}"
      } }
    }]
  })
}

resource "aws_iam_role_policy" "scheduler" {
  name = "scheduler"
  role = aws_iam_role.scheduler.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "TellTheBus"
      Effect   = "Allow"
      Action   = ["events:PutEvents"]
      Resource = [var.bus_arn]
      }, {
      Sid      = "KeepWhatWasNotTold"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [local.dead_arn]
    }]
  })
}
