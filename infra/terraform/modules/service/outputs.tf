output "cluster_name" { value = aws_ecs_cluster.this.name }
output "service_name" { value = aws_ecs_service.this.name }
output "execution_role_arn" { value = aws_iam_role.execution.arn }
output "task_role_arn" { value = aws_iam_role.task.arn }
output "cursor_keys_arn" { value = aws_secretsmanager_secret.cursor_keys.arn }
output "audit_key_arn" { value = aws_secretsmanager_secret.audit_key.arn }
output "log_group_arn" { value = aws_cloudwatch_log_group.this.arn }
output "log_group_name" { value = aws_cloudwatch_log_group.this.name }
