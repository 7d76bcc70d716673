# One line a request; a key's id, never its value, and nothing of a body.

locals {
  access_log = {
    requestId               = "$context.requestId"
    extendedRequestId       = "$context.extendedRequestId"
    xrayTraceId             = "$context.xrayTraceId"
    requestTime             = "$context.requestTime"
    httpMethod              = "$context.httpMethod"
    resourcePath            = "$context.resourcePath"
    status                  = "$context.status"
    responseLatency         = "$context.responseLatency"
    responseLength          = "$context.responseLength"
    integrationLatency      = "$context.integration.latency"
    integrationStatus       = "$context.integration.integrationStatus"
    integrationRequestId    = "$context.integration.requestId"
    apiKeyId                = "$context.identity.apiKeyId"
    caller                  = "$context.identity.userArn"
    sourceIp                = "$context.identity.sourceIp"
    vpcEndpointId           = "$context.identity.vpceId"
    errorResponseType       = "$context.error.responseType"
    errorMessage            = "$context.error.message"
    errorValidationMessages = "$context.error.validationErrorString"
  }
}

resource "aws_cloudwatch_log_group" "access" {
  # checkov:skip=CKV_AWS_338:dev keeps its logs 30 days by environments/dev.tfvars; the default is 365
  name              = "/apigateway/${var.name}/access"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# Where API Gateway writes its execution log; made here, or API Gateway would make it, unencrypted and kept for ever.
resource "aws_cloudwatch_log_group" "execution" {
  # checkov:skip=CKV_AWS_338:dev keeps its logs 30 days by environments/dev.tfvars; the default is 365
  name              = "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.this.id}/${var.stage_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
