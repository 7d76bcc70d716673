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
  description = "dev or prod, also a tag. prod requires TLS inside the VPC. Each environment has its own account, so names are the same in both."
  type        = string
  default     = "dev"

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

variable "runbook_url" {
  description = "Address of docs/operations.md, as the people on call can open it. Every alarm's description has it, with the anchor of the alarm's section."
  type        = string
  default     = "docs/operations.md"
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

variable "health_throttle" {
  description = "Requests a second, and the burst above them, that each of the public GET /health, HEAD /health and GET /openapi.json takes from all callers together. None needs a key, so the rate is low."
  type        = object({ rate = number, burst = number })
  default     = { rate = 8, burst = 20 }

  validation {
    condition     = var.health_throttle.rate > 0 && var.health_throttle.burst > 0
    error_message = "health_throttle needs a rate and a burst of more than 0."
  }

  validation {
    condition     = 3 * var.health_throttle.rate * 60 <= var.requests_per_target * var.desired_count / 10
    error_message = "health_throttle.rate lets more calls without a key through than a tenth of what autoscaling aims at (requests_per_target for each of desired_count tasks); lower it, so that they alone never add tasks."
  }
}

variable "reserved_concurrency" {
  description = "Most calls at a time of each function, taken from the account's concurrency. The default is far above what the throttle lets through (500 a second of some 100 ms each). null reserves none: for an account whose quota is below 500, as a new one's may be."
  type        = number
  default     = 200

  validation {
    condition     = var.reserved_concurrency == null ? true : var.reserved_concurrency > 0
    error_message = "reserved_concurrency must be more than 0, or null to reserve none."
  }
}

variable "create_api_keys" {
  description = "Whether Terraform creates a key for each application. Its value then stands in clear in the state. With false, create the keys with the AWS CLI (docs/operations.md)."
  type        = bool
  default     = true
}

variable "applications" {
  description = "Who may call the public API: each application has a plan of its own and, with create_api_keys, a key."
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
