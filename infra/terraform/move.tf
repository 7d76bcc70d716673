# The move of an account that already serves traffic: docs/migration.md and docs/adr/0009. In a new account nothing here
# applies. `python -m tools.migration takeover` writes the values.

variable "name_suffix" {
  description = "Ends the names of both functions, their roles and log groups, so that they stand beside functions with the guide's names; write for example -ecs."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^(-[a-z0-9]{1,16})?$", var.name_suffix))
    error_message = "name_suffix takes a hyphen and up to 16 lower-case letters and digits, or nothing; write for example -ecs."
  }
}

variable "existing_api" {
  description = "The REST API that callers use, during the move. Terraform changes nothing of it: it allows its stage to call query-lambda, and watches it."
  type        = object({ id = string, name = string, stage = string })
  default     = null
}

variable "existing_tables" {
  description = "Tables that were there before the move, with their billing mode; with PROVISIONED, each index has its capacity. Only missing indexes are added."
  type = map(object({
    billing_mode = string
    indexes      = optional(map(object({ read = number, write = number })), {})
  }))
  default = {}
}

variable "gateway_logging" {
  description = "Whether to set the role with which API Gateway writes logs. It is one for the account: false where the account has one."
  type        = bool
  default     = true
}

variable "public_stage_name" {
  description = "Stage of the public API: part of the address that callers use."
  type        = string
  default     = "v1"
}

variable "public_endpoint_type" {
  description = "Endpoint type of the public API; EDGE for an API that was made so."
  type        = string
  default     = "REGIONAL"

  validation {
    condition     = contains(["REGIONAL", "EDGE"], var.public_endpoint_type)
    error_message = "public_endpoint_type must be REGIONAL or EDGE."
  }
}

variable "public_import_mode" {
  description = "overwrite: methods that the contract lacks are removed from the public API. merge: they stay, until their sunset."
  type        = string
  default     = "overwrite"

  validation {
    condition     = contains(["overwrite", "merge"], var.public_import_mode)
    error_message = "public_import_mode must be overwrite or merge."
  }
}

locals {
  # AWS names the logs of a canary <stage>/Canary, and does not document the dimension of its metrics.
  existing_stages = var.existing_api == null ? {} : {
    CallersApi       = var.existing_api.stage
    CallersApiCanary = "${var.existing_api.stage}/Canary"
  }
}

resource "aws_lambda_permission" "existing_api" {
  count = var.existing_api == null ? 0 : 1

  statement_id  = "Move-${var.existing_api.stage}-${var.existing_api.id}"
  action        = "lambda:InvokeFunction"
  function_name = module.query_lambda.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "arn:${local.partition}:execute-api:${var.aws_region}:${local.account_id}:${var.existing_api.id}/${var.existing_api.stage}/*"
}

moved {
  from = module.gateway_logging
  to   = module.gateway_logging[0]
}
