# The policies of the interface endpoints. Without one, an endpoint lets every principal reach every resource of its
# service, in other accounts too: a way out of a VPC that has no route to the internet.
# They are resources of their own, since the internal API names its endpoint before it has an ARN itself.

locals {
  # `signed`: the caller has to be a principal of this account. Not for execute-api, where GET /health has no signature,
  # nor for ecr.dkr, where Docker sends a token of ECR; there the resources alone say whose they are.
  endpoint_statements = {
    "ecr.api" = {
      LogInToRegistry = { signed = true, resource = "*", actions = ["ecr:GetAuthorizationToken"] }
      PullImage       = { signed = true, resource = var.repository_arn, actions = local.pull }
    }
    "ecr.dkr" = {
      PullImage = { signed = false, resource = var.repository_arn, actions = local.pull }
    }
    "execute-api" = {
      CallInternalApi = { signed = false, resource = "${var.internal_api_stage_arn}/*", actions = ["execute-api:Invoke"] }
    }
    "logs" = {
      WriteServiceLogs = { signed = true, resource = "${var.service_log_group_arn}:*", actions = ["logs:CreateLogStream", "logs:PutLogEvents"] }
    }
    "secretsmanager" = {
      ReadCursorKeys = { signed = true, resource = var.cursor_keys_arn, actions = ["secretsmanager:GetSecretValue"] }
      ReadAuditKey   = { signed = true, resource = var.audit_key_arn, actions = ["secretsmanager:GetSecretValue"] }
    }
  }

  pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
}

resource "aws_vpc_endpoint_policy" "interface" {
  for_each = local.interface_endpoints

  vpc_endpoint_id = aws_vpc_endpoint.interface[each.key].id
  policy          = data.aws_iam_policy_document.interface[each.key].json
}

data "aws_iam_policy_document" "interface" {
  # checkov:skip=CKV_AWS_356:ecr:GetAuthorizationToken has no resource to name
  for_each = local.interface_endpoints

  dynamic "statement" {
    for_each = local.endpoint_statements[each.key]
    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = [statement.value.resource]

      principals {
        type        = "*"
        identifiers = ["*"]
      }

      dynamic "condition" {
        for_each = statement.value.signed ? [var.account_id] : []
        content {
          test     = "StringEquals"
          variable = "aws:PrincipalAccount"
          values   = [condition.value]
        }
      }
    }
  }
}
