# Saved queries of CloudWatch Logs Insights. Saving them is free; running one is billed by the GB that it reads.

locals {
  queries = {
    # The gateways call the id requestId; for their own answers it is the caller's X-Request-Id too.
    request-by-id = {
      groups = concat(var.hop_logs, var.gateway_logs)
      lines = [
        "fields @timestamp, hop, event, status, code, duration_ms, upstream_ms, retries, errorMessage",
        "filter request_id = 'REQUEST_ID' or requestId = 'REQUEST_ID'",
        "sort @timestamp",
      ]
    }
    slowest-queries = {
      groups = var.hop_logs
      lines = [
        "fields coalesce(duration_ms, summary_ms) as total_ms, @timestamp, hop, operation, status, upstream_ms, rows_read, cold_start, request_id",
        "filter event = 'request' and operation != 'health'",
        "sort total_ms desc",
        "limit 50",
      ]
    }
    errors-by-code = {
      groups = var.hop_logs
      lines = [
        "filter event = 'request' and status >= 400",
        "stats count(*) as requests, max(duration_ms) as slowest_ms by hop, operation, status, code",
        "sort requests desc",
      ]
    }
    # No log has error messages: a query with the filter reason shows those of UNKNOWN failures.
    unknown-reasons = {
      groups = var.hop_logs
      lines = [
        "filter event = 'request' and reasons > 0",
        "stats sum(reasons_unknown) as unknown, sum(reasons) as failures, 100 * sum(reasons_unknown) / sum(reasons) as percent by operation, bin(1d)",
        "sort percent desc",
      ]
    }
    unknown-operations = {
      groups = var.hop_logs
      lines = [
        "filter event = 'request' and operation = 'unknown'",
        "stats count(*) as requests, latest(request_id) as last_request_id by hop, method, status, code",
        "sort requests desc",
      ]
    }
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = local.queries

  name            = "${var.name}/${each.key}"
  log_group_names = each.value.groups
  query_string    = join("\n| ", each.value.lines)
}
