variable "name" {
  description = "Name of the load balancer and of its target group."
  type        = string
}

variable "internal_domain" {
  description = "Private zone that the load balancer has its name in."
  type        = string
}

variable "certificate_arn" {
  description = "Certificate of that name; empty for HTTP."
  type        = string
}

variable "target_port" { type = number }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "security_group_id" { type = string }
variable "deletion_protection" { type = bool }
