variable "name" {
  description = "What the names of the VPC and its parts begin with."
  type        = string
}

variable "aws_region" { type = string }
variable "account_id" { type = string }
variable "partition" { type = string }
variable "vpc_cidr" { type = string }

variable "private_subnets" {
  description = "Address ranges by availability zone."
  type        = map(string)
}

variable "listener_port" {
  description = "Port of the load balancer."
  type        = number
}

variable "container_port" {
  description = "Port of the service."
  type        = number
}

variable "table_arns" {
  description = "Tables that may be read through the DynamoDB endpoint."
  type        = list(string)
}

variable "repository_arn" {
  description = "ECR repository that tasks pull from."
  type        = string
}

variable "internal_api_stage_arn" {
  description = "Execution ARN of the internal API's stage."
  type        = string
}

variable "service_log_group_arn" {
  description = "Log group that tasks write to."
  type        = string
}

variable "cursor_keys_arn" {
  description = "Secret that tasks read."
  type        = string
}

variable "audit_key_arn" {
  description = "Secret that tasks read."
  type        = string
}

variable "operator_group_ids" {
  description = "Security groups whose members may reach the load balancer and the endpoints."
  type        = list(string)
}

variable "with_tools" {
  description = "Whether there is a group for the task of the tools."
  type        = bool
}

variable "tools_role_arn" {
  description = "Role of that task, which the DynamoDB endpoint lets look at the tables; null without it."
  type        = string
}

variable "log_retention_days" { type = number }
variable "kms_key_arn" { type = string }
