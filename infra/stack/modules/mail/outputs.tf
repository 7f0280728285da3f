output "topic_arn" {
  description = "The topic that alarms and alerts go to."
  value       = aws_sns_topic.alarms.arn
}
