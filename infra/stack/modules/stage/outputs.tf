output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.function.function_name
}

output "function_arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.function.arn
}

output "queue_arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.queue.arn
}

output "dead_letter_queue_arn" {
  description = "ARN of the dead-letter queue."
  value       = aws_sqs_queue.dead.arn
}

output "rule_arns" {
  description = "ARNs of the rules that lay events before it."
  value       = concat(aws_cloudwatch_event_rule.events[*].arn, aws_cloudwatch_event_rule.inbox[*].arn)
}

output "log_group" {
  description = "Name of the log group."
  value       = aws_cloudwatch_log_group.log.name
}

output "is_polled" {
  description = "Whether its function asks the queue for messages."
  value       = aws_lambda_event_source_mapping.queue.enabled
}
