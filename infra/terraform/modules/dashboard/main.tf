# All alarms, then graphs in the order of a request, then the last errors. A graph shows the thresholds of its alarms.

locals {
  api          = { for label, api in var.apis : label => ["ApiName", api.name, "Stage", api.stage] }
  service      = ["ClusterName", var.cluster_name, "ServiceName", var.service_name]
  balancer     = ["LoadBalancer", var.load_balancer]
  target_group = ["TargetGroup", var.target_group]
  percentile   = ["p50", "p95", "p99"]

  graphs = [
    {
      title   = "Public API: requests and errors"
      stat    = "Sum"
      metrics = [for metric in ["Count", "4XXError", "5XXError"] : concat(["AWS/ApiGateway", metric], local.api["PublicApi"])]
    },
    {
      title   = "Public API: latency (ms)"
      metrics = [for stat in local.percentile : concat(["AWS/ApiGateway", "Latency"], local.api["PublicApi"], [{ stat = stat }])]
    },
    {
      title   = "Service: CPU and memory (%)"
      metrics = [for metric in ["CPUUtilization", "MemoryUtilization"] : concat(["AWS/ECS", metric], local.service)]
      alarms  = ["ECS-HighCPU", "ECS-HighMemory"]
    },
    {
      title   = "Service: time of look-ups (ms)"
      metrics = [for stat in local.percentile : [var.namespace, "duration_ms", "hop", "service", { stat = stat }]]
      alarms  = ["Service-HighLatency"]
    },
    {
      title   = "Service: time of summaries (ms)"
      metrics = [for stat in local.percentile : [var.namespace, "summary_ms", "hop", "service", { stat = stat }]]
      alarms  = ["Service-SlowSummaries"]
    },
    {
      title = "Load balancer: 5xx (%)"
      stat  = "Sum"
      metrics = concat(
        [[{ expression = "100 * (FILL(targets, 0) + FILL(itself, 0)) / requests", label = "5xx (%)", id = "rate" }]],
        [
          for id, metric in { requests = "RequestCount", targets = "HTTPCode_Target_5XX_Count", itself = "HTTPCode_ELB_5XX_Count" } :
          concat(["AWS/ApplicationELB", metric], local.balancer, [{ id = id, visible = false }])
        ],
      )
      alarms = ["ALB-HighErrorRate"]
    },
    {
      title   = "Service: healthy and unhealthy tasks"
      stat    = "Maximum"
      metrics = [for metric in ["HealthyHostCount", "UnHealthyHostCount"] : concat(["AWS/ApplicationELB", metric], local.balancer, local.target_group)]
      alarms  = ["ALB-NoHealthyTargets", "ALB-UnhealthyTargets"]
    },
    {
      title   = "Public and internal API: share of 5xx"
      metrics = [for api in values(local.api) : concat(["AWS/ApiGateway", "5XXError"], api)]
      alarms  = [for label in keys(var.apis) : "${label}-5xx"]
    },
    {
      title   = "Internal API: latency (ms)"
      metrics = [for stat in local.percentile : concat(["AWS/ApiGateway", "Latency"], local.api["InternalApi"], [{ stat = stat }])]
    },
    {
      title = "Functions: errors and throttles"
      stat  = "Sum"
      metrics = concat([
        for name in var.functions : [for metric in ["Errors", "Throttles"] : ["AWS/Lambda", metric, "FunctionName", name]]
      ]...)
      alarms = [for alarm in keys(var.thresholds) : alarm if startswith(alarm, "Lambda-")]
    },
    {
      title   = "Functions: duration p99 (ms)"
      metrics = [for name in var.functions : ["AWS/Lambda", "Duration", "FunctionName", name, { stat = "p99" }]]
    },
    {
      title   = "Each hop: requests"
      stat    = "Sum"
      metrics = [for hop in var.hops : [var.namespace, "requests", "hop", hop]]
    },
    {
      title   = "Each hop: duration p99 (ms)"
      metrics = [for hop in var.hops : [var.namespace, "duration_ms", "hop", hop, { stat = "p99" }]]
    },
    {
      title   = "Each hop: faults in our code (500)"
      stat    = "Sum"
      metrics = [for hop in var.hops : [var.namespace, "errors", "hop", hop, "code", "internal_error"]]
      alarms  = [for hop in var.hops : "Fault-${hop}"]
    },
    {
      title   = "Service: errors by code"
      metrics = [[{ expression = "SEARCH('{${var.namespace},hop,code} hop=\"service\"', 'Sum', 300)" }]]
    },
    {
      title   = "Service: retries, shed requests, requests while the breaker was open"
      stat    = "Sum"
      metrics = [for metric in ["retries", "shed", "breaker_open"] : [var.namespace, metric, "hop", "service"]]
      alarms  = ["Service-BreakerOpen", "Service-Shedding"]
    },
    {
      title   = "Functions: cold starts"
      stat    = "Sum"
      metrics = [for hop in var.hops : [var.namespace, "cold_start", "hop", hop] if endswith(hop, "_lambda")]
    },
    {
      title = "Read units a query"
      metrics = [
        for operation in ["query_user", "query_marketing", "query_marketing_fail", "query_transaction", "query_fail"] :
        [var.namespace, "read_units", "hop", "result_lambda", "operation", operation]
      ]
    },
    {
      title = "Failed pushes without a known reason: percent of those that were read"
      metrics = [
        [{ expression = "100 * unknown / FILL(reasons, 1)", label = "UNKNOWN" }],
        [var.namespace, "reasons_unknown", "hop", "result_lambda", { id = "unknown", stat = "Sum", visible = false }],
        [var.namespace, "reasons", "hop", "result_lambda", { id = "reasons", stat = "Sum", visible = false }],
      ]
    },
    {
      title   = "DynamoDB: read units"
      stat    = "Sum"
      metrics = [for table in keys(var.tables) : ["AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", table]]
    },
    {
      title = "DynamoDB: throttled reads and writes, tables and indexes"
      stat  = "Sum"
      metrics = concat([
        for table, indexes in var.tables : concat([
          for metric in ["ReadThrottleEvents", "WriteThrottleEvents"] : concat(
            [["AWS/DynamoDB", metric, "TableName", table]],
            [for index in indexes : ["AWS/DynamoDB", metric, "TableName", table, "GlobalSecondaryIndexName", index]],
          )
        ]...)
      ]...)
      alarms = [for table in keys(var.tables) : "DynamoDB-Throttles-${table}"]
    },
  ]

  widgets = [
    for position, graph in local.graphs : {
      type   = "metric"
      x      = position % 2 * 12
      y      = 3 + floor(position / 2) * 6
      width  = 12
      height = 6
      properties = {
        title   = graph.title
        region  = var.aws_region
        view    = "timeSeries"
        period  = 300
        stat    = try(graph.stat, "Average")
        metrics = graph.metrics
        # A line at each threshold, with the name of its alarm.
        annotations = {
          for kind in ["horizontal"] : kind => [
            for alarm in graph.alarms : { label = alarm, value = var.thresholds[alarm] }
          ] if can(graph.alarms)
        }
      }
    }
  ]

  # Every refresh of the widget reads the logs of the chosen time range, at CloudWatch's price per GB read.
  errors = {
    type   = "log"
    x      = 0
    y      = 3 + ceil(length(local.graphs) / 2) * 6
    width  = 24
    height = 8
    properties = {
      title  = "Last errors and warnings"
      region = var.aws_region
      view   = "table"
      query = join(" | ", concat(
        [for group in var.hop_logs : "SOURCE '${group}'"],
        [
          "fields @timestamp, hop, level, event, operation, status, code, request_id",
          "filter level in ['warning', 'error']",
          "sort @timestamp desc",
          "limit 50",
        ],
      ))
    }
  }

  alarms = {
    type       = "alarm"
    x          = 0
    y          = 0
    width      = 24
    height     = 3
    properties = { title = "Alarms", alarms = var.alarm_arns }
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = concat([local.alarms], local.widgets, [local.errors]) })
}
