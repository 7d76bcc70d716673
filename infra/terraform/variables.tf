# The guide's three; the image is the only one that has to be said.

variable "cluster_name" {
  description = "Name of the ECS cluster."
  type        = string
  default     = "query-service-cluster"

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.cluster_name))
    error_message = "cluster_name takes letters, digits, hyphens and underscores; write for example query-service-cluster."
  }
}

variable "service_name" {
  description = "Name of the ECS service and task family; also of the repository, the load balancer and the roles."
  type        = string
  default     = "query-service"

  validation {
    # 32 characters is what a load balancer's and a target group's name may have.
    condition     = can(regex("^[a-z](-?[a-z0-9]){0,31}$", var.service_name)) && length(var.service_name) <= 32
    error_message = "service_name takes up to 32 lower-case letters, digits and single hyphens, from a letter on; write for example query-service."
  }
}

variable "image_uri" {
  description = "Image of the service: <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>, or @sha256:<digest>."
  type        = string

  validation {
    condition = can(regex(
      "^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com/[a-z0-9][a-z0-9._/-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})$",
      var.image_uri,
    ))
    error_message = "image_uri must name an image in ECR with its tag or digest; write for example 123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/query-service:1.0.0."
  }
}

# Where, and how well kept.

variable "aws_region" {
  description = "Region that everything is made in."
  type        = string
  default     = "ap-southeast-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.aws_region))
    error_message = "aws_region must be the name of a region; write for example ap-southeast-1."
  }
}

variable "environment" {
  description = "dev or prod; a tag. Each environment has an account of its own, so that the names are the same in both."
  type        = string
  default     = "prod"

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "environment must be dev or prod; each has its file in environments/."
  }
}

variable "deletion_protection" {
  description = "Keeps the tables, the load balancer, the cursor keys and the images from being deleted."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "Days that every log group keeps its events."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "log_retention_days must be a number that CloudWatch Logs knows; write for example 30, 90 or 365."
  }
}

variable "alarm_email" {
  description = "Address that alarms are mailed to; none when empty."
  type        = string
  default     = ""

  validation {
    condition     = var.alarm_email == "" || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email must be one mail address, or empty for none."
  }
}

# Network.

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

variable "internal_domain" {
  description = "Private DNS zone of the VPC; the load balancer is internal-alb.<internal_domain>. With a certificate, a domain that it is issued for."
  type        = string
  default     = "query-service.local"

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.internal_domain))
    error_message = "internal_domain must be a domain name; write for example query-service.local."
  }
}

# Size and limits.

variable "desired_count" {
  description = "Tasks that always run; autoscaling goes up from there."
  type        = number
  default     = 2

  validation {
    condition     = var.desired_count >= 1 && var.desired_count == floor(var.desired_count)
    error_message = "desired_count must be a whole number from 1 on; with 1 a failing task is an outage, so write 2 or more in production."
  }
}

variable "max_count" {
  description = "Most tasks that autoscaling may run."
  type        = number
  default     = 10

  validation {
    condition     = var.max_count >= var.desired_count
    error_message = "max_count must not be below desired_count."
  }
}

variable "requests_per_target" {
  description = "Requests a minute and task that autoscaling aims at. The default is about half of what a quarter of a CPU takes at 1 ms of CPU a request."
  type        = number
  default     = 7500

  validation {
    condition     = var.requests_per_target > 0
    error_message = "requests_per_target must be more than 0 requests a minute."
  }
}

variable "throttle" {
  description = "Requests a second, and the burst above them, that each API takes from all callers together."
  type        = object({ rate = number, burst = number })
  default     = { rate = 500, burst = 1000 }

  validation {
    condition     = var.throttle.rate > 0 && var.throttle.burst > 0
    error_message = "throttle needs a rate and a burst of more than 0."
  }
}

variable "applications" {
  description = "Who may call the public API: each application has a key and a plan of its own."
  type = map(object({
    rate          = optional(number, 50)
    burst         = optional(number, 100)
    monthly_quota = optional(number, 1000000)
  }))
  default = {
    marketing-portal = {}
    support-tools    = {}
  }

  validation {
    condition     = alltrue([for name in keys(var.applications) : can(regex("^[a-z0-9-]{1,64}$", name))])
    error_message = "The names of applications take lower-case letters, digits and hyphens; write for example marketing-portal."
  }

  validation {
    condition     = alltrue([for plan in values(var.applications) : plan.rate > 0 && plan.burst > 0 && plan.monthly_quota > 0])
    error_message = "Each of applications needs a rate, a burst and a monthly_quota of more than 0."
  }
}
