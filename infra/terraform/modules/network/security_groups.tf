# The chain's own hops and no others:
#   query-lambda -> load balancer -> service -> endpoints (the internal API among them)
#   query-result-lambda -> DynamoDB
# and, where the operators ask for them, those of the tools:
#   tools -> load balancer, endpoints, DynamoDB
# Rules stand by themselves, since two groups that name each other in their blocks could not be made.

locals {
  groups = merge(
    {
      query_lambda  = "query-lambda: reaches the load balancer"
      load_balancer = "Load balancer: from query-lambda, to the service"
      service       = "Service: from the load balancer, to the endpoints"
      endpoints     = "Endpoints: from the service"
      result_lambda = "query-result-lambda: reaches DynamoDB"
    },
    var.with_tools ? { tools = "Tools: reach the load balancer, the endpoints and DynamoDB" } : {},
  )

  hops = merge(
    {
      query_lambda_to_load_balancer = { from = "query_lambda", to = "load_balancer", port = var.listener_port }
      load_balancer_to_service      = { from = "load_balancer", to = "service", port = var.container_port }
      service_to_endpoints          = { from = "service", to = "endpoints", port = 443 }
    },
    var.with_tools ? {
      tools_to_load_balancer = { from = "tools", to = "load_balancer", port = var.listener_port }
      tools_to_endpoints     = { from = "tools", to = "endpoints", port = 443 }
    } : {},
  )

  # Gateway endpoints have no group; they are a list of addresses.
  gateway_hops = merge(
    {
      service_to_s3             = { from = "service", to = aws_vpc_endpoint.s3.prefix_list_id, what = "S3, where ECR keeps image layers" }
      result_lambda_to_dynamodb = { from = "result_lambda", to = aws_vpc_endpoint.dynamodb.prefix_list_id, what = "DynamoDB" }
    },
    var.with_tools ? {
      tools_to_s3       = { from = "tools", to = aws_vpc_endpoint.s3.prefix_list_id, what = "S3, where ECR keeps image layers" }
      tools_to_dynamodb = { from = "tools", to = aws_vpc_endpoint.dynamodb.prefix_list_id, what = "DynamoDB" }
    } : {},
  )

  # Groups of the operators' own hosts.
  operator_hops = {
    for pair in setproduct(var.operator_group_ids, ["load_balancer", "endpoints"]) :
    "${pair[0]}_to_${pair[1]}" => { from = pair[0], to = pair[1], port = pair[1] == "endpoints" ? 443 : var.listener_port }
  }
}

resource "aws_security_group" "this" {
  # checkov:skip=CKV2_AWS_5:attached by the modules that are given the group
  for_each = local.groups

  name        = "${var.name}-${replace(each.key, "_", "-")}"
  description = each.value
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-${replace(each.key, "_", "-")}" }
}

resource "aws_vpc_security_group_egress_rule" "hop" {
  for_each = local.hops

  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  description                  = "To ${replace(each.value.to, "_", " ")}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "hop" {
  for_each = local.hops

  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  description                  = "From ${replace(each.value.from, "_", " ")}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "gateway_hop" {
  for_each = local.gateway_hops

  security_group_id = aws_security_group.this[each.value.from].id
  prefix_list_id    = each.value.to
  description       = "To ${each.value.what}"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "operator" {
  for_each = local.operator_hops

  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = each.value.from
  description                  = "From the operators' hosts"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}
