output "alarms" {
  description = "Names of the alarms."
  value       = sort([for alarm in aws_cloudwatch_metric_alarm.alarm : alarm.alarm_name])
}
