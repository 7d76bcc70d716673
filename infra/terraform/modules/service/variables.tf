variable "cluster_name" { type = string }
variable "service_name" { type = string }
variable "image_uri" { type = string }

variable "templates" {
  description = "Folder of task-definition.json.tftpl and service-definition.json.tftpl."
  type        = string
}

variable "repository_arn" { type = string }
variable "repository_url" { type = string }

variable "internal_api_url" {
  description = "Invoke URL of the internal API's stage."
  type        = string
}

variable "internal_api_stage_arn" {
  description = "Execution ARN of that stage."
  type        = string
}

variable "target_group_arn" { type = string }

variable "scaling_label" {
  description = "Load balancer and target group, as Application Auto Scaling names them."
  type        = string
}

variable "desired_count" { type = number }
variable "max_count" { type = number }
variable "requests_per_target" { type = number }
variable "subnet_ids" { type = list(string) }
variable "security_group_id" { type = string }
variable "aws_region" { type = string }
variable "account_id" { type = string }
variable "deletion_protection" { type = bool }
variable "log_retention_days" { type = number }
variable "kms_key_arn" { type = string }
