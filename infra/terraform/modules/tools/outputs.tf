output "role_arn" { value = aws_iam_role.this.arn }
output "task_definition_arn" { value = aws_ecs_task_definition.this.arn }
