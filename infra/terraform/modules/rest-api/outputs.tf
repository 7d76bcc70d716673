output "id" { value = aws_api_gateway_rest_api.this.id }
output "name" { value = aws_api_gateway_rest_api.this.name }
output "stage_name" { value = aws_api_gateway_stage.this.stage_name }
output "invoke_url" { value = aws_api_gateway_stage.this.invoke_url }

output "stage_arn" {
  description = "What execute-api:Invoke is allowed on: this, a method and a path."
  value       = "${aws_api_gateway_rest_api.this.execution_arn}/${var.stage_name}"
}

output "access_log_name" { value = aws_cloudwatch_log_group.access.name }
