# The guide's four come first: CPU over 70 %, memory over 80 %, p99 over 100 ms, errors over 1 %.
# The period is five minutes, as in the guide, unless an alarm sets another.
# Each alarm has a heading in docs/operations.md, whose anchor is the alarm's name in lower case.

locals {
  service       = { ClusterName = var.cluster_name, ServiceName = var.service_name }
  load_balancer = { LoadBalancer = var.load_balancer }
  target_group  = { LoadBalancer = var.load_balancer, TargetGroup = var.target_group }

  service_alarms = {
    ECS-HighCPU = {
      description = "The service uses more than 70 % of its CPU."
      namespace   = "AWS/ECS", metric = "CPUUtilization", dimensions = local.service
      statistic   = "Average", threshold = 70
    }
    ECS-HighMemory = {
      description = "The service uses more than 80 % of its memory. At 100 % a task is killed."
      namespace   = "AWS/ECS", metric = "MemoryUtilization", dimensions = local.service
      statistic   = "Average", threshold = 80
    }
    ALB-UnhealthyTargets = {
      description = "A task fails its health check."
      namespace   = "AWS/ApplicationELB", metric = "UnHealthyHostCount", dimensions = local.target_group
      statistic   = "Maximum", threshold = 0, period = 60
    }
    ALB-NoHealthyTargets = {
      description = "No task is healthy, or none reports. The service is down."
      namespace   = "AWS/ApplicationELB", metric = "HealthyHostCount", dimensions = local.target_group
      statistic   = "Maximum", comparison = "LessThanThreshold", threshold = 1, period = 60, missing = "breaching"
    }
  }

  # Metrics of the hops' own log lines (common/logs.py).
  hop_alarms = merge(
    {
      # Not the load balancer's TargetResponseTime: that includes summaries, which take seconds.
      Service-HighLatency = {
        description = "The p99 time of a look-up in the service is over 100 ms."
        namespace   = var.namespace, metric = "duration_ms", dimensions = { hop = "service" }
        statistic   = "p99", threshold = 100
      }
      Service-SlowSummaries = {
        description = "The p99 time of a summary in the service is over 6 s: more than one attempt."
        namespace   = var.namespace, metric = "summary_ms", dimensions = { hop = "service" }
        statistic   = "p99", threshold = 6000
      }
      Service-BreakerOpen = {
        description = "The circuit breaker is open: the internal API fails or answers too late."
        namespace   = var.namespace, metric = "breaker_open", dimensions = { hop = "service" }
        statistic   = "Sum", threshold = 0, period = 60
      }
      Service-Shedding = {
        description = "The service has shed requests in each of three minutes."
        namespace   = var.namespace, metric = "shed", dimensions = { hop = "service" }
        statistic   = "Sum", threshold = 0, period = 60, evaluation_periods = 3
      }
    },
    {
      for hop in var.hops : "Fault-${hop}" => {
        description = "${hop} answered 500: a fault in our code, with its traceback in the log."
        namespace   = var.namespace, metric = "errors", dimensions = { hop = hop, code = "internal_error" }
        statistic   = "Sum", threshold = 0, evaluation_periods = 1
      }
    },
  )

  api_alarms = {
    for label, api in var.apis : "${label}-5xx" => {
      description = "${api.name} answers more than 1 % of its requests with 5xx."
      namespace   = "AWS/ApiGateway", metric = "5XXError", dimensions = { ApiName = api.name, Stage = api.stage }
      statistic   = "Average", threshold = 0.01, runbook = try(api.runbook, null)
    }
  }

  # Threshold 0: a function that runs answers every fault itself, so Lambda counts none.
  function_alarms = merge([
    for name in var.functions : {
      "Lambda-Errors-${name}" = {
        description = "${name} timed out, ran out of memory or could not start."
        namespace   = "AWS/Lambda", metric = "Errors", dimensions = { FunctionName = name }
        statistic   = "Sum", threshold = 0, evaluation_periods = 1
      }
      "Lambda-Throttles-${name}" = {
        description = "Lambda throttles ${name}: it is at its reserved concurrency, or the account is at its limit."
        namespace   = "AWS/Lambda", metric = "Throttles", dimensions = { FunctionName = name }
        statistic   = "Sum", threshold = 0, evaluation_periods = 1
      }
    }
  ]...)

  metric_alarms = merge(local.service_alarms, local.hop_alarms, local.api_alarms, local.function_alarms)
}

resource "aws_cloudwatch_metric_alarm" "metric" {
  for_each = local.metric_alarms

  alarm_name          = each.key
  alarm_description   = "${each.value.description} Runbook: ${var.runbook}#${coalesce(try(each.value.runbook, null), trimsuffix(lower(each.key), var.name_suffix))}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  comparison_operator = try(each.value.comparison, "GreaterThanThreshold")
  threshold           = each.value.threshold
  period              = try(each.value.period, 300)
  evaluation_periods  = try(each.value.evaluation_periods, 2)
  treat_missing_data  = try(each.value.missing, "notBreaching")
  # Below 1,000 requests in a period, the p99 is one slow request.
  evaluate_low_sample_count_percentiles = startswith(each.value.statistic, "p") ? "ignore" : null
  alarm_actions                         = [aws_sns_topic.this.arn]
  ok_actions                            = [aws_sns_topic.this.arn]
}
