output "target" {
  description = "What `--target aws` must know; `headgate deploy apply` notes it in .headgate/aws.json."
  value       = merge(local.target, { HEADGATE_LEASE_SECONDS = tostring(max(values(local.leases)...)), HEADGATE_SECRETS = jsonencode(var.secrets) })
}

output "buckets" {
  description = "Names of the buckets: of what arrives, of results, of the functions' packages."
  value = {
    raw       = local.bucket_of.inbox
    results   = local.bucket_of.accepted
    artifacts = module.storage.artifacts
  }
}

output "functions" {
  description = "Stage → name and ARN of its function."
  value       = { for stage, of in module.stage : stage => { name = of.function_name, arn = of.function_arn } }
}

output "rules" {
  description = "Stage → ARNs of the rules that lay events before it."
  value       = { for stage, of in module.stage : stage => of.rule_arns }
}

output "queues" {
  description = "Stage → ARN of its queue and of its dead-letter queue; large: the queue of files that no function takes."
  value = merge(
    { for stage, of in module.stage : stage => { arn = of.queue_arn, dead_letters = of.dead_letter_queue_arn } },
    { for queue in aws_sqs_queue.large : "large" => { arn = queue.arn, dead_letters = module.stage["ingest"].dead_letter_queue_arn } },
  )
}

output "log_groups" {
  description = "Stage → name of its log group."
  value       = { for stage, of in module.stage : stage => of.log_group }
}

output "bus" {
  description = "ARN of the bus that events are on."
  value       = aws_cloudwatch_event_bus.bus.arn
}

output "tables" {
  description = "Names of the tables: the ledger's, and those that rows are loaded into."
  value       = module.ledger.tables
}

output "alarm_topic" {
  description = "ARN of the topic that alarms and alerts go to."
  value       = module.mail.topic_arn
}

output "dashboard_url" {
  description = "The dashboard's page."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${local.prefix}"
}

output "commands" {
  description = "Lines to type: see the logs of each stage, put a file into the inbox."
  value = merge(
    { for stage, of in module.stage : "logs_${stage}" => "aws logs tail ${of.log_group} --follow --region ${var.region}" },
    { put = "aws s3 cp FILE s3://${local.bucket_of.inbox}/${var.inbox_prefix}PIPELINE/ --region ${var.region}" },
  )
}
