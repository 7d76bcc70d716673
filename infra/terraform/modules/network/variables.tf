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

variable "log_retention_days" { type = number }
variable "kms_key_arn" { type = string }
