output "vpc_id" { value = aws_vpc.this.id }
output "private_subnet_ids" { value = [for zone in sort(keys(var.private_subnets)) : aws_subnet.private[zone].id] }
output "execute_api_endpoint_id" { value = aws_vpc_endpoint.interface["execute-api"].id }

output "security_group_ids" {
  description = "By member of the chain: query_lambda, load_balancer, service, endpoints, result_lambda."
  value       = { for name, group in aws_security_group.this : name => group.id }
}
