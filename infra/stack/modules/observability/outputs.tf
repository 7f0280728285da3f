output "alarms" {
  description = "Names of the alarms."
  value       = sort([for alarm in aws_cloudwatch_metric_alarm.alarm : alarm.alarm_name])
}

output "thresholds" {
  description = "Name of each alarm without the prefix, and above what it tells."
  value       = { for name, alarm in aws_cloudwatch_metric_alarm.alarm : name => alarm.threshold }
}
