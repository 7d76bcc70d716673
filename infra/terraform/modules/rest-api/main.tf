# A REST API from the import copy of its contract. The document itself says all that API Gateway can read from it: its
# title is the API's name, and the internal one carries its resource policy and its VPC endpoint.

locals {
  # The contract names the guide's function; its name may have a suffix.
  filled = replace(templatefile(var.contract, var.placeholders), "/:function:[A-Za-z0-9_-]+/", ":function:${var.function_name}")

  # Decoded and encoded again, so that spaces in the file make no new deployment.
  document = jsondecode(local.filled)
  body     = jsonencode(local.document)
}

resource "aws_api_gateway_rest_api" "this" {
  name              = local.document.info.title
  description       = local.document.info.description
  body              = local.body
  fail_on_warnings  = true
  put_rest_api_mode = var.import_mode

  endpoint_configuration {
    types            = [var.endpoint_type]
    vpc_endpoint_ids = var.vpc_endpoint_ids
  }

  lifecycle {
    create_before_destroy = true
  }
}

# A deployment is a copy of what the API was: callers see a change, of the policy too, only with a new one.
resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id

  triggers = {
    contract = sha256(local.body)
  }

  # Calls of a new deployment have to be allowed when it goes live.
  depends_on = [aws_lambda_permission.this]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  # checkov:skip=CKV_AWS_120:answers are one caller's own and change by the second; nothing is to be cached
  # checkov:skip=CKV2_AWS_29:callers are known by their keys, and plans throttle them; an ACL is the account owner's to attach
  # checkov:skip=CKV2_AWS_51:the backend is a Lambda function, which sees no client certificate
  rest_api_id          = aws_api_gateway_rest_api.this.id
  deployment_id        = aws_api_gateway_deployment.this.id
  stage_name           = var.stage_name
  xray_tracing_enabled = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = jsonencode(local.access_log)
  }
}

resource "aws_api_gateway_method_settings" "this" {
  # checkov:skip=CKV_AWS_225:answers are one caller's own and change by the second; nothing is to be cached
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled = true
    logging_level   = "ERROR"
    # It would write bodies and keys into the log.
    data_trace_enabled     = false
    throttling_rate_limit  = var.throttle.rate
    throttling_burst_limit = var.throttle.burst
  }

  # API Gateway makes the group by itself as soon as it may log, and then it could not be made here.
  depends_on = [aws_cloudwatch_log_group.execution]
}

# The methods that need no key. Settings of one method replace those of the stage as a whole, so each is repeated.
# One after the other: API Gateway refuses two updates of a stage at once.
resource "aws_api_gateway_method_settings" "health" {
  # checkov:skip=CKV_AWS_225:the answer is the state of the service now; nothing is to be cached
  count = var.health_throttle == null ? 0 : 1

  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "health/GET"

  settings {
    metrics_enabled        = true
    logging_level          = "ERROR"
    data_trace_enabled     = false
    throttling_rate_limit  = var.health_throttle.rate
    throttling_burst_limit = var.health_throttle.burst
  }

  depends_on = [aws_api_gateway_method_settings.this]
}

resource "aws_api_gateway_method_settings" "health_head" {
  # checkov:skip=CKV_AWS_225:the answer is the state of the service now; nothing is to be cached
  count = var.health_throttle == null ? 0 : 1

  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "health/HEAD"

  settings {
    metrics_enabled        = true
    logging_level          = "ERROR"
    data_trace_enabled     = false
    throttling_rate_limit  = var.health_throttle.rate
    throttling_burst_limit = var.health_throttle.burst
  }

  depends_on = [aws_api_gateway_method_settings.health]
}

resource "aws_api_gateway_method_settings" "document" {
  # checkov:skip=CKV_AWS_225:a cache costs more than the few calls that the throttle lets through
  count = var.health_throttle == null ? 0 : 1

  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "openapi.json/GET"

  settings {
    metrics_enabled        = true
    logging_level          = "ERROR"
    data_trace_enabled     = false
    throttling_rate_limit  = var.health_throttle.rate
    throttling_burst_limit = var.health_throttle.burst
  }

  depends_on = [aws_api_gateway_method_settings.health_head]
}

resource "aws_lambda_permission" "this" {
  statement_id  = "Allow-${var.stage_name}-${aws_api_gateway_rest_api.this.id}"
  action        = "lambda:InvokeFunction"
  function_name = var.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/${var.stage_name}/*"

  lifecycle {
    create_before_destroy = true
  }
}
