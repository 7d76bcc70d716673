output "vpc_id" { value = aws_vpc.this.id }
output "execute_api_endpoint_id" { value = aws_vpc_endpoint.interface["execute-api"].id }

# What is put into a subnet or a group starts after its ways are open, and ends before they close.

output "private_subnet_ids" {
  value = [for zone in sort(keys(var.private_subnets)) : aws_subnet.private[zone].id]

  depends_on = [
    aws_route_table_association.private,
    aws_vpc_endpoint.dynamodb,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
  ]
}

output "security_group_ids" {
  description = "By member of the chain: query_lambda, load_balancer, service, endpoints, result_lambda."
  value       = { for name, group in aws_security_group.this : name => group.id }

  depends_on = [
    aws_vpc_security_group_egress_rule.gateway_hop,
    aws_vpc_security_group_egress_rule.hop,
    aws_vpc_security_group_ingress_rule.hop,
  ]
}
