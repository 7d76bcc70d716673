# `terraform test`, without AWS: each variable refuses what could not work, before anything is planned.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  image_uri = "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/query-service:1.0.0"
}

run "what_the_guide_says_is_enough" {
  command = plan

  assert {
    condition     = output.service_url == "http://internal-alb.query-service.local"
    error_message = "The load balancer has to have the guide's name."
  }
}

run "image_without_a_tag_and_no_subnets_and_no_arn" {
  command = plan
  variables {
    image_uri       = "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/query-service"
    private_subnets = {}
    certificate_arn = "arn:aws:iam::123456789012:server-certificate/internal-alb"
  }
  expect_failures = [var.image_uri, var.private_subnets, var.certificate_arn]
}

run "image_and_subnets_and_certificate_from_elsewhere" {
  command = plan
  variables {
    image_uri       = "docker.io/library/query-service:1.0.0"
    private_subnets = { eu-west-1a = "10.20.0.0/20", eu-west-1b = "10.20.16.0/20" }
    certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0f0e0d0c-0000-4000-8000-000000000000"
  }
  expect_failures = [var.image_uri, var.private_subnets, var.certificate_arn]
}

run "names_and_ranges_that_aws_refuses" {
  command = plan
  variables {
    cluster_name    = "query service cluster"
    service_name    = "Query_Service"
    vpc_cidr        = "10.20.0.0"
    private_subnets = { ap-southeast-1a = "10.20.0.0", ap-southeast-1b = "10.20.16.0/20" }
    internal_domain = "local"
    alarm_email     = "on-call"
  }
  expect_failures = [
    var.cluster_name, var.service_name, var.vpc_cidr, var.private_subnets, var.internal_domain, var.alarm_email,
  ]
}

run "places_that_are_none_and_a_name_too_long_for_a_load_balancer" {
  command = plan
  variables {
    aws_region   = "singapore"
    environment  = "staging"
    service_name = "query-service-of-the-push-platform"
  }
  expect_failures = [var.aws_region, var.environment, var.service_name]
}

run "numbers_that_make_no_sense" {
  command = plan
  variables {
    desired_count       = 0
    requests_per_target = 0
    log_retention_days  = 100
    throttle            = { rate = 0, burst = 10 }
    applications        = { "Marketing Portal" = {}, support-tools = { rate = 0 } }
  }
  expect_failures = [
    var.desired_count, var.requests_per_target, var.log_retention_days, var.throttle, var.applications,
  ]
}

run "fewer_at_most_than_at_least" {
  command = plan
  variables {
    desired_count = 4
    max_count     = 3
  }
  expect_failures = [var.max_count]
}

run "a_tag_that_moves_is_a_warning" {
  command = plan
  variables {
    image_uri = "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/query-service:latest"
  }
  expect_failures = [check.image_is_named_for_good]
}

run "with_a_certificate_and_an_image_by_digest" {
  command = plan
  variables {
    image_uri       = "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/query-service@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    certificate_arn = "arn:aws:acm:ap-southeast-1:123456789012:certificate/0f0e0d0c-0000-4000-8000-000000000000"
    internal_domain = "internal.example.com"
  }

  assert {
    condition     = output.service_url == "https://internal-alb.internal.example.com"
    error_message = "query-lambda has to be told the HTTPS address."
  }
}

run "prod_without_a_certificate" {
  command = plan
  variables {
    environment = "prod"
  }
  expect_failures = [var.allow_http_inside_vpc]
}

run "prod_with_http_and_no_reason" {
  command = plan
  variables {
    environment           = "prod"
    allow_http_inside_vpc = true
  }
  expect_failures = [var.allow_http_inside_vpc]
}

run "prod_with_http_and_a_reason" {
  command = plan
  variables {
    environment            = "prod"
    allow_http_inside_vpc  = true
    http_inside_vpc_reason = "Accepted by the platform team until the private CA is ready."
  }

  assert {
    condition     = output.service_url == "http://internal-alb.query-service.local"
    error_message = "With the exception, the load balancer has to speak HTTP."
  }
}

run "prod_with_a_certificate" {
  command = plan
  variables {
    environment     = "prod"
    certificate_arn = "arn:aws:acm:ap-southeast-1:123456789012:certificate/0f0e0d0c-0000-4000-8000-000000000000"
    internal_domain = "internal.example.com"
  }

  assert {
    condition     = output.service_url == "https://internal-alb.internal.example.com"
    error_message = "query-lambda has to be told the HTTPS address."
  }
}

run "health_checks_that_could_add_tasks" {
  command = plan
  variables {
    health_throttle = { rate = 26, burst = 50 }
  }
  expect_failures = [var.health_throttle]
}

run "keys_made_outside_of_terraform" {
  command = plan
  variables {
    create_api_keys = false
  }

  assert {
    condition     = length(output.api_key_ids) == 0
    error_message = "Without create_api_keys no key may be in the state."
  }
}

run "values_of_a_move_that_make_no_sense" {
  command = plan
  variables {
    name_suffix          = "ecs"
    public_endpoint_type = "PRIVATE"
    public_import_mode   = "replace"
  }
  expect_failures = [var.name_suffix, var.public_endpoint_type, var.public_import_mode]
}

run "beside_an_api_that_serves_callers" {
  command = plan
  variables {
    name_suffix     = "-ecs"
    existing_api    = { id = "a1b2c3d4e5", name = "push-query", stage = "v1" }
    existing_tables = { notification-records = { billing_mode = "PAY_PER_REQUEST" } }
  }

  assert {
    condition     = aws_lambda_permission.existing_api[0].function_name == "query-lambda-ecs"
    error_message = "The callers' API has to be allowed to call the new function."
  }

  assert {
    condition     = endswith(aws_lambda_permission.existing_api[0].source_arn, ":a1b2c3d4e5/v1/*")
    error_message = "The permission has to name the stage that callers use."
  }
}
