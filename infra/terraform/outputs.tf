output "public_api_url" {
  description = "Base address of the public API."
  value       = module.public_api.invoke_url
}

output "public_api_id" {
  description = "Id of the public API."
  value       = module.public_api.id
}

output "internal_api_url" {
  description = "Base address of the internal API, inside of the VPC; INTERNAL_API_URL of the service."
  value       = module.internal_api.invoke_url
}

output "internal_api_id" {
  description = "Id of the internal API."
  value       = module.internal_api.id
}

output "api_key_ids" {
  description = "Id of each key that Terraform created, by application; read a value with `aws apigateway get-api-key --include-value --api-key <id>`."
  value       = module.api_keys.key_ids
}

output "service_url" {
  description = "Address of the load balancer, inside of the VPC; SERVICE_URL of query-lambda."
  value       = module.load_balancer.url
}

output "repository_url" {
  description = "Where images of the service are pushed."
  value       = module.registry.repository_url
}

output "cluster_name" {
  description = "Name of the ECS cluster."
  value       = module.service.cluster_name
}

output "service_name" {
  description = "Name of the ECS service."
  value       = module.service.service_name
}

output "tools_task" {
  description = "Task definition of the tools; null without tools_image_uri."
  value       = one(module.tools[*].task_definition_arn)
}

output "tools_network" {
  description = "Where a one-off task of the tools runs: the --network-configuration of `aws ecs run-task`."
  value       = !local.with_tools ? null : "awsvpcConfiguration={subnets=[${join(",", module.network.private_subnet_ids)}],securityGroups=[${module.network.security_group_ids["tools"]}]}"
}

output "cursor_keys_arn" {
  description = "Secret that holds CURSOR_KEYS."
  value       = module.service.cursor_keys_arn
}

output "audit_key_arn" {
  description = "Secret that holds AUDIT_KEY."
  value       = module.service.audit_key_arn
}

output "alarm_topic_arn" {
  description = "Topic that every alarm goes to."
  value       = module.alarms.topic_arn
}
