# Alarms, one dashboard, saved queries. The last two are made by scripts/dashboard.py, from the list of metrics that the code gives.

locals {
  # Of each stage: what is looked at, and what is too much.
  of_stages = {
    errors = {
      namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", above = 0, dimension = "FunctionName", ending = ""
      says      = "the function failed: out of memory, out of time, or a mistake in its settings; look at its log"
    }
    dead = {
      namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", above = 0, dimension = "QueueName", ending = "-dead"
      says      = "events are dead: headgate dead list --target aws"
    }
    oldest = {
      namespace = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", statistic = "Maximum", above = var.oldest_seconds, dimension = "QueueName", ending = ""
      says      = "an event waits for too long; look at the function's log and at its concurrency"
    }
  }

  of_stage = merge([for kind, of in local.of_stages : {
    for stage, _ in var.log_groups : "${stage}-${kind}" => merge(of, {
      says       = "${stage}: ${of.says}"
      period     = 300
      dimensions = { (of.dimension) = "${var.prefix}-${stage}${of.ending}" }
    })
  }]...)

  of_all = merge(
    {
      reject-percent = {
        namespace  = "Headgate", metric = "reject_percent", statistic = "Average", above = var.reject_percent, period = 3600
        dimensions = { deployment = var.prefix }
        says       = "many rows are rejected: headgate runs --target aws"
      }
      retries-exhausted = {
        namespace  = "Headgate", metric = "retries_exhausted", statistic = "Sum", above = 0, period = 300
        dimensions = { deployment = var.prefix }
        says       = "events were given up though one more attempt might have helped: headgate dead list --target aws"
      }
      # Of all functions in the account: it is the account that lets no more run at once. One metric, where each stage's own would be eight,
      # and a sum is billed for each metric in it.
      throttles = {
        namespace  = "AWS/Lambda", metric = "Throttles", statistic = "Sum", above = 0, period = 300
        dimensions = {}
        says       = "the account lets no more functions run at once, these or others': the dashboard says which; ask for a higher quota, or lower concurrency"
      }
      schedule-dead = {
        namespace  = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", above = 0, period = 300
        dimensions = { QueueName = var.dead_ticks }
        says       = "a schedule could not tell the bus: no daily report, fetch or look at missing files; look into this queue"
      }
    },
    { for seconds in var.large_seconds == null ? [] : [var.large_seconds] : "large-oldest" => {
      namespace  = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", statistic = "Maximum", above = seconds, period = 300
      dimensions = { QueueName = "${var.prefix}-large" }
      says       = "a file that is too large for a function waits for: headgate worker"
    } },
  )
}

resource "aws_cloudwatch_metric_alarm" "alarm" {
  for_each = merge(local.of_stage, local.of_all)

  alarm_name          = "${var.prefix}-${each.key}"
  alarm_description   = each.value.says
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above
  period              = each.value.period
  evaluation_periods  = 1
  # No number means that nothing came.
  treat_missing_data = "notBreaching"
  alarm_actions      = [var.topic_arn]
  ok_actions         = [var.topic_arn]
}

resource "aws_cloudwatch_dashboard" "dashboard" {
  dashboard_name = var.prefix
  dashboard_body = templatefile("${path.module}/dashboard.json", {
    prefix = var.prefix
    region = var.region
    # Inside of a text of JSON.
    buckets = join(" OR ", [for bucket in var.buckets : "\\\"${bucket}\\\""])
  })
}

resource "aws_cloudwatch_query_definition" "query" {
  for_each = { for one in jsondecode(file("${path.module}/queries.json")) : one.name => one.query if var.saved_queries }

  name            = "${var.prefix}/${each.key}"
  log_group_names = values(var.log_groups)
  query_string    = each.value
}
