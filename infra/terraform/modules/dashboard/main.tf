# A request's way from left to right and top to bottom: what callers see, then each hop, with every alarm above.

locals {
  api        = { for label, api in var.apis : label => ["ApiName", api.name, "Stage", api.stage] }
  service    = ["ClusterName", var.cluster_name, "ServiceName", var.service_name]
  balancer   = ["LoadBalancer", var.load_balancer]
  percentile = ["p50", "p95", "p99"]

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
    },
    {
      title   = "Service: response time (s)"
      metrics = [for stat in local.percentile : concat(["AWS/ApplicationELB", "TargetResponseTime"], local.balancer, [{ stat = stat }])]
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
      title   = "Service: errors by code"
      metrics = [[{ expression = "SEARCH('{${var.namespace},hop,code} hop=\"service\"', 'Sum', 300)" }]]
    },
    {
      title   = "Service: retries, requests turned away, requests while the breaker was open"
      stat    = "Sum"
      metrics = [for metric in ["retries", "shed", "breaker_open"] : [var.namespace, metric, "hop", "service"]]
    },
    {
      title   = "Functions: cold starts"
      stat    = "Sum"
      metrics = [for hop in var.hops : [var.namespace, "cold_start", "hop", hop] if endswith(hop, "_lambda")]
    },
    {
      title = "Read units a query"
      metrics = [
        for operation in ["query_user", "query_marketing", "query_fail"] :
        [var.namespace, "read_units", "hop", "result_lambda", "operation", operation]
      ]
    },
    {
      title   = "DynamoDB: read units"
      stat    = "Sum"
      metrics = [for table in keys(var.tables) : ["AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", table]]
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
      }
    }
  ]

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
  dashboard_body = jsonencode({ widgets = concat([local.alarms], local.widgets) })
}
