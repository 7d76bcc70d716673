# What the task and the service are is said in infra/ecs/templates, for this path and for the AWS CLI's alike.

locals {
  task = jsondecode(templatefile("${var.templates}/task-definition.json.tftpl", {
    service_name       = var.service_name
    aws_region         = var.aws_region
    image_uri          = var.image_uri
    internal_api_url   = var.internal_api_url
    cursor_keys_arn    = aws_secretsmanager_secret.cursor_keys.arn
    audit_key_arn      = aws_secretsmanager_secret.audit_key.arn
    execution_role_arn = aws_iam_role.execution.arn
    task_role_arn      = aws_iam_role.task.arn
  }))

  # What is known before an apply alone: one unknown value would make all of the document unknown, and a service whose
  # name is unknown would be destroyed and made anew. The rest stands in the resource below.
  service = jsondecode(templatefile("${var.templates}/service-definition.json.tftpl", {
    service_name     = var.service_name
    cluster_name     = var.cluster_name
    desired_count    = var.desired_count
    task_definition  = "in the resource"
    subnets          = "[]"
    security_groups  = "[]"
    target_group_arn = "in the resource"
  }))

  deployment = local.service.deploymentConfiguration
  target     = one(local.service.loadBalancers)
}

resource "aws_ecs_cluster" "this" {
  name = var.cluster_name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE"]
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.task.family
  network_mode             = local.task.networkMode
  requires_compatibilities = local.task.requiresCompatibilities
  cpu                      = local.task.cpu
  memory                   = local.task.memory
  execution_role_arn       = local.task.executionRoleArn
  task_role_arn            = local.task.taskRoleArn
  container_definitions    = jsonencode(local.task.containerDefinitions)
  skip_destroy             = true # a service cannot go back to a revision that is no longer active

  runtime_platform {
    operating_system_family = local.task.runtimePlatform.operatingSystemFamily
    cpu_architecture        = local.task.runtimePlatform.cpuArchitecture
  }

  lifecycle {
    precondition {
      condition     = startswith(var.image_uri, "${var.repository_url}:") || startswith(var.image_uri, "${var.repository_url}@")
      error_message = "image_uri must be in ${var.repository_url}, the one repository that the tasks may pull from; push it there."
    }
  }
}

resource "aws_ecs_service" "this" {
  name                               = local.service.serviceName
  cluster                            = aws_ecs_cluster.this.name
  task_definition                    = aws_ecs_task_definition.this.arn
  desired_count                      = local.service.desiredCount
  launch_type                        = local.service.launchType
  platform_version                   = local.service.platformVersion
  propagate_tags                     = local.service.propagateTags
  enable_execute_command             = local.service.enableExecuteCommand
  availability_zone_rebalancing      = local.service.availabilityZoneRebalancing
  health_check_grace_period_seconds  = local.service.healthCheckGracePeriodSeconds
  deployment_minimum_healthy_percent = local.deployment.minimumHealthyPercent
  deployment_maximum_percent         = local.deployment.maximumPercent

  deployment_circuit_breaker {
    enable   = local.deployment.deploymentCircuitBreaker.enable
    rollback = local.deployment.deploymentCircuitBreaker.rollback
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.security_group_id]
    assign_public_ip = local.service.networkConfiguration.awsvpcConfiguration.assignPublicIp == "ENABLED"
  }

  load_balancer {
    target_group_arn = var.target_group_arn
    container_name   = local.target.containerName
    container_port   = local.target.containerPort
  }

  # A task cannot start without its roles' permissions, its keys and its log group.
  depends_on = [
    aws_cloudwatch_log_group.this,
    aws_iam_role_policy.execution,
    aws_iam_role_policy.task,
    aws_secretsmanager_secret_version.audit_key,
    aws_secretsmanager_secret_version.cursor_keys,
  ]

  lifecycle {
    ignore_changes = [desired_count] # autoscaling's, once the service runs
  }
}

resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=CKV_AWS_338:dev keeps its logs 30 days by environments/dev.tfvars; the default is 365
  name              = "/ecs/${var.service_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
