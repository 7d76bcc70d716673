# The network and its encryption.

variable "vpc_cidr" {
  description = "Addresses of the VPC."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr))
    error_message = "vpc_cidr must be an IPv4 range; write for example 10.20.0.0/16."
  }
}

variable "private_subnets" {
  description = "Address ranges of the private subnets by availability zone."
  type        = map(string)
  default = {
    ap-southeast-1a = "10.20.0.0/20"
    ap-southeast-1b = "10.20.16.0/20"
  }

  validation {
    condition     = length(var.private_subnets) >= 2
    error_message = "private_subnets needs at least two availability zones, since the load balancer does; write for example { ap-southeast-1a = \"10.20.0.0/20\", ap-southeast-1b = \"10.20.16.0/20\" }."
  }

  validation {
    condition     = alltrue([for range in values(var.private_subnets) : can(cidrnetmask(range))])
    error_message = "Each of private_subnets must be an IPv4 range inside of vpc_cidr; write for example 10.20.0.0/20."
  }

  validation {
    condition     = alltrue([for zone in keys(var.private_subnets) : startswith(zone, var.aws_region)])
    error_message = "The zones of private_subnets must lie in aws_region; name zones of that region, or change aws_region."
  }
}

variable "certificate_arn" {
  description = "ACM certificate of internal-alb.<internal_domain>: the load balancer then speaks HTTPS only. HTTP when empty."
  type        = string
  default     = ""

  validation {
    condition     = var.certificate_arn == "" || can(regex("^arn:aws:acm:${var.aws_region}:[0-9]{12}:certificate/[0-9a-f-]+$", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of an ACM certificate in aws_region (arn:aws:acm:<region>:<account>:certificate/<id>), or empty for HTTP."
  }
}

variable "allow_http_inside_vpc" {
  description = "Whether prod may run without certificate_arn, with plain HTTP from query-lambda to the load balancer."
  type        = bool
  default     = false

  validation {
    condition     = var.environment != "prod" || var.certificate_arn != "" || var.allow_http_inside_vpc
    error_message = "certificate_arn is required in prod: without it, records cross the VPC unencrypted. Give the certificate of internal-alb.<internal_domain>, or set allow_http_inside_vpc = true with http_inside_vpc_reason."
  }

  validation {
    condition     = !var.allow_http_inside_vpc || length(trimspace(var.http_inside_vpc_reason)) >= 20
    error_message = "allow_http_inside_vpc needs http_inside_vpc_reason: who accepted unencrypted records inside the VPC, and why (at least 20 characters)."
  }
}

variable "http_inside_vpc_reason" {
  description = "Who accepted plain HTTP inside the VPC, and why. Required with allow_http_inside_vpc."
  type        = string
  default     = ""
}

variable "internal_domain" {
  description = "Private DNS zone of the VPC; the load balancer is internal-alb.<internal_domain>. With a certificate, a domain that it is issued for."
  type        = string
  default     = "query-service.local"

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.internal_domain))
    error_message = "internal_domain must be a domain name; write for example query-service.local."
  }
}

variable "operator_security_group_ids" {
  description = "Security groups in the VPC whose members may open connections to the load balancer and to the endpoints, for checks from inside of the VPC."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.operator_security_group_ids : can(regex("^sg-[0-9a-f]+$", id))])
    error_message = "operator_security_group_ids are ids of security groups; write for example [\"sg-0123456789abcdef0\"]."
  }
}

variable "tools_image_uri" {
  description = "Image of the tools (Dockerfile, target local), in the service's repository. With it, there is a task definition for checks from inside of the VPC; nothing runs by itself."
  type        = string
  default     = ""

  validation {
    condition     = var.tools_image_uri == "" || can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com/[a-z0-9][a-z0-9._/-]*[:@].+$", var.tools_image_uri))
    error_message = "tools_image_uri must name an image in ECR with its tag or digest, or be empty; write for example 123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/query-service:tools-1.0.0."
  }
}
