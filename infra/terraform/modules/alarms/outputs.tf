output "topic_arn" { value = aws_sns_topic.this.arn }

output "arns" {
  description = "Every alarm, for the dashboard."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.metric : alarm.arn],
    [aws_cloudwatch_metric_alarm.error_rate.arn],
    [for alarm in aws_cloudwatch_metric_alarm.throttles : alarm.arn],
  ))
}

output "thresholds" {
  description = "By name of the alarm, for the dashboard's graphs."
  value = merge(
    { for name, alarm in local.metric_alarms : name => alarm.threshold },
    { ALB-HighErrorRate = 1 },
    { for table in keys(var.tables) : "DynamoDB-Throttles-${table}" => 0 },
  )
}
