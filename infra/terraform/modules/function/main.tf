# A Lambda function in the VPC, from a package that `make dist` built.

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_116:API Gateway waits for each answer; there is no event to keep for later
  # checkov:skip=CKV_AWS_272:the package is built from locked hashes, byte for byte the same each time; its hash is in the plan
  function_name                  = var.name
  description                    = var.description
  role                           = aws_iam_role.this.arn
  filename                       = var.package
  source_code_hash               = filebase64sha256(var.package)
  handler                        = var.handler
  runtime                        = var.runtime
  architectures                  = ["x86_64"]
  timeout                        = var.timeout_seconds
  memory_size                    = var.memory_mb
  reserved_concurrent_executions = var.reserved_concurrency
  kms_key_arn                    = var.kms_key_arn

  environment {
    variables = var.environment
  }

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [var.security_group_id]
  }

  tracing_config {
    mode = "Active"
  }

  # JSON for what Lambda itself says; the function's own lines are JSON already.
  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  depends_on = [aws_iam_role_policy.this]

  # With another suffix there is another function: the API calls the new one before the old one goes.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=CKV_AWS_338:dev keeps its logs 30 days by environments/dev.tfvars; the default is 365
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
