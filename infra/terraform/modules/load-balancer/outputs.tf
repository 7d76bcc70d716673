output "url" {
  description = "Address that callers inside of the VPC use."
  value       = "${lower(local.listener.protocol)}://${local.name}"
}

# Through the listener: a service cannot be made before its target group has one.
output "target_group_arn" { value = aws_lb_listener.this.default_action[0].target_group_arn }
output "arn_suffix" { value = aws_lb.this.arn_suffix }
output "target_group_arn_suffix" { value = aws_lb_target_group.this.arn_suffix }
