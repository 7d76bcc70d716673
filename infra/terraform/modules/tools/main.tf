# A task for the tools of the move (tools/migration), started by hand where a check has to run inside of the VPC.

resource "aws_ecs_task_definition" "this" {
  family                   = "${var.name}-tools"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = aws_iam_role.this.arn
  skip_destroy             = true # as the service's, so that an older image of the tools can be run

  container_definitions = jsonencode([{
    name                   = "tools"
    image                  = var.image_uri
    essential              = true
    user                   = "10001"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
    entryPoint             = ["python", "-m", "tools.migration"]
    command                = ["--help"]
    environment            = [{ name = "AWS_DEFAULT_REGION", value = var.aws_region }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = var.log_group_name
        awslogs-region        = var.aws_region
        awslogs-stream-prefix = "tools"
      }
    }
  }])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }
}

resource "aws_iam_role" "this" {
  name               = "${var.name}-tools"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "this" {
  name   = "look-at-tables"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.this.json
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

# `verify` looks at the tables' shape and at a sample of their rows. It signs no request of the internal API.
data "aws_iam_policy_document" "this" {
  statement {
    sid       = "LookAtTables"
    actions   = ["dynamodb:DescribeTable", "dynamodb:Scan"]
    resources = var.table_arns
  }
}
