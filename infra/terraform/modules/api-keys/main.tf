# Each application has its own key and its own plan, so no application can use up the limits of another.
# The provider stores the value of a key in the state, for the key and for its place in a plan. Without `create_keys`
# there are plans only, and no value reaches the state.

locals {
  keys = var.create_keys ? toset(keys(var.applications)) : toset([])
}

resource "aws_api_gateway_usage_plan" "this" {
  for_each = var.applications

  name        = each.key
  description = "What ${each.key} may ask of ${var.api_name}"

  api_stages {
    api_id = var.api_id
    stage  = var.stage_name
  }

  throttle_settings {
    rate_limit  = each.value.rate
    burst_limit = each.value.burst
  }

  quota_settings {
    limit  = each.value.monthly_quota
    period = "MONTH"
  }
}

resource "aws_api_gateway_api_key" "this" {
  for_each = local.keys

  name        = each.key
  description = "Key of ${each.key} for ${var.api_name}"
}

resource "aws_api_gateway_usage_plan_key" "this" {
  for_each = local.keys

  key_id        = aws_api_gateway_api_key.this[each.key].id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.this[each.key].id
}
