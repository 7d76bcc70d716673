output "key_ids" {
  description = "By application, empty without create_keys; read a value with `aws apigateway get-api-key --include-value --api-key <id>`."
  value       = { for name, key in aws_api_gateway_api_key.this : name => key.id }
}
