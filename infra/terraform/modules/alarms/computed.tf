# Alarms on more than one metric.

locals {
  error_counts = {
    targets = "HTTPCode_Target_5XX_Count"
    itself  = "HTTPCode_ELB_5XX_Count"
  }

  # An index is throttled by itself, and its events are counted under its own name, not under the table's.
  throttled_parts = {
    for table, indexes in var.tables : table => concat(
      [{ TableName = table }],
      [for name in indexes : { TableName = table, GlobalSecondaryIndexName = name }],
    )
  }

  throttle_counts = {
    for table, parts in local.throttled_parts : table => merge([
      for position, dimensions in parts : {
        "reads_${position}"  = { metric = "ReadThrottleEvents", dimensions = dimensions }
        "writes_${position}" = { metric = "WriteThrottleEvents", dimensions = dimensions }
      }
    ]...)
  }
}

resource "aws_cloudwatch_metric_alarm" "error_rate" {
  alarm_name          = "ALB-HighErrorRate"
  alarm_description   = "The load balancer answers more than 1 % of its requests with 5xx, its own or the service's. Runbook: ${var.runbook}#alb-higherrorrate"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]

  # A count of 5xx has no data as long as there are none.
  metric_query {
    id          = "rate"
    label       = "Errors (%)"
    expression  = "IF(requests > 0, 100 * (FILL(targets, 0) + FILL(itself, 0)) / requests, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = merge({ requests = "RequestCount" }, local.error_counts)
    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        dimensions  = local.load_balancer
        period      = 300
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  for_each = local.throttle_counts

  alarm_name          = "DynamoDB-Throttles-${each.key}"
  alarm_description   = "DynamoDB throttles reads or writes of ${each.key} or of one of its indexes. Runbook: ${var.runbook}#dynamodb-throttles-${each.key}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]

  metric_query {
    id          = "throttles"
    label       = "Throttled requests"
    expression  = join(" + ", [for id in keys(each.value) : "FILL(${id}, 0)"])
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value
    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/DynamoDB"
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        period      = 300
        stat        = "Sum"
      }
    }
  }
}
