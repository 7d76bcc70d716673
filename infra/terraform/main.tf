# One module a box of the diagram in README.md, in the order of a request.

module "encryption" {
  source = "./modules/encryption"

  name       = var.service_name
  aws_region = var.aws_region
  account_id = local.account_id
  partition  = local.partition
}

module "network" {
  source = "./modules/network"

  name                   = var.service_name
  aws_region             = var.aws_region
  account_id             = local.account_id
  partition              = local.partition
  vpc_cidr               = var.vpc_cidr
  private_subnets        = var.private_subnets
  listener_port          = var.certificate_arn == "" ? 80 : 443
  container_port         = local.container_port
  table_arns             = values(module.tables.arns)
  repository_arn         = module.registry.repository_arn
  internal_api_stage_arn = module.internal_api.stage_arn
  service_log_group_arn  = module.service.log_group_arn
  cursor_keys_arn        = module.service.cursor_keys_arn
  audit_key_arn          = module.service.audit_key_arn
  operator_group_ids     = var.operator_security_group_ids
  tools_role_arn         = one(module.tools[*].role_arn)
  with_tools             = local.with_tools
  log_retention_days     = var.log_retention_days
  kms_key_arn            = module.encryption.key_arn
}

module "gateway_logging" {
  source = "./modules/gateway-logging"
  count  = var.gateway_logging ? 1 : 0

  name      = var.service_name
  partition = local.partition
}

module "public_api" {
  source = "./modules/rest-api"

  name               = "public"
  contract           = "${local.dist}/openapi/public.json"
  endpoint_type      = var.public_endpoint_type
  import_mode        = var.public_import_mode
  placeholders       = local.placeholders
  function_name      = module.query_lambda.name
  stage_name         = var.public_stage_name
  throttle           = var.throttle
  health_throttle    = var.health_throttle
  log_retention_days = var.log_retention_days
  kms_key_arn        = module.encryption.key_arn

  depends_on = [module.gateway_logging]
}

module "api_keys" {
  source = "./modules/api-keys"

  create_keys  = var.create_api_keys
  applications = var.applications
  api_id       = module.public_api.id
  api_name     = module.public_api.name
  stage_name   = module.public_api.stage_name
}

module "query_lambda" {
  source = "./modules/function"

  name                 = "query-lambda${var.name_suffix}"
  description          = "Behind the public API: hands a request to the service, and the answer back."
  package              = "${local.dist}/query-lambda.zip"
  handler              = "query_lambda.handler.lambda_handler"
  runtime              = local.python_runtime
  timeout_seconds      = 28 # the public API waits 29 s
  memory_mb            = 512
  reserved_concurrency = var.reserved_concurrency
  subnet_ids           = module.network.private_subnet_ids
  security_group_id    = module.network.security_group_ids["query_lambda"]
  aws_region           = var.aws_region
  account_id           = local.account_id
  partition            = local.partition
  log_retention_days   = var.log_retention_days
  kms_key_arn          = module.encryption.key_arn

  environment = {
    BUILD_ID        = local.build_id
    SERVICE_URL     = module.load_balancer.url
    REQUEST_TIMEOUT = "30"
  }
}

module "load_balancer" {
  source = "./modules/load-balancer"

  name                = var.service_name
  internal_domain     = var.internal_domain
  certificate_arn     = var.certificate_arn
  target_port         = local.container_port
  vpc_id              = module.network.vpc_id
  subnet_ids          = module.network.private_subnet_ids
  security_group_id   = module.network.security_group_ids["load_balancer"]
  deletion_protection = var.deletion_protection
}

module "registry" {
  source = "./modules/registry"

  name                = var.service_name
  deletion_protection = var.deletion_protection
  kms_key_arn         = module.encryption.key_arn
}

module "service" {
  source = "./modules/service"

  cluster_name           = var.cluster_name
  service_name           = var.service_name
  image_uri              = var.image_uri
  templates              = "${path.root}/../ecs/templates"
  repository_arn         = module.registry.repository_arn
  repository_url         = module.registry.repository_url
  internal_api_url       = module.internal_api.invoke_url
  internal_api_stage_arn = module.internal_api.stage_arn
  target_group_arn       = module.load_balancer.target_group_arn
  scaling_label          = "${module.load_balancer.arn_suffix}/${module.load_balancer.target_group_arn_suffix}"
  desired_count          = var.desired_count
  max_count              = var.max_count
  requests_per_target    = var.requests_per_target
  subnet_ids             = module.network.private_subnet_ids
  security_group_id      = module.network.security_group_ids["service"]
  aws_region             = var.aws_region
  account_id             = local.account_id
  deletion_protection    = var.deletion_protection
  log_retention_days     = var.log_retention_days
  kms_key_arn            = module.encryption.key_arn
}

module "internal_api" {
  source = "./modules/rest-api"

  name               = "internal"
  contract           = "${local.dist}/openapi/internal.json"
  placeholders       = local.placeholders
  endpoint_type      = "PRIVATE"
  vpc_endpoint_ids   = [module.network.execute_api_endpoint_id]
  function_name      = module.query_result_lambda.name
  stage_name         = local.stage_name
  throttle           = var.throttle
  log_retention_days = var.log_retention_days
  kms_key_arn        = module.encryption.key_arn

  depends_on = [module.gateway_logging]
}

module "query_result_lambda" {
  source = "./modules/function"

  name                 = "query-result-lambda${var.name_suffix}"
  description          = "Behind the internal API: reads DynamoDB."
  package              = "${local.dist}/query-result-lambda.zip"
  handler              = "result_lambda.handler.lambda_handler"
  runtime              = local.python_runtime
  timeout_seconds      = 26 # the internal API waits 27 s
  memory_mb            = 512
  reserved_concurrency = var.reserved_concurrency
  subnet_ids           = module.network.private_subnet_ids
  security_group_id    = module.network.security_group_ids["result_lambda"]
  aws_region           = var.aws_region
  account_id           = local.account_id
  partition            = local.partition
  log_retention_days   = var.log_retention_days
  kms_key_arn          = module.encryption.key_arn

  environment = {
    BUILD_ID           = local.build_id
    NOTIFICATION_TABLE = local.queried_table
  }

  statements = {
    QueryRecords = {
      actions   = ["dynamodb:Query"]
      resources = [module.tables.arns[local.queried_table], "${module.tables.arns[local.queried_table]}/index/*"]
    }
  }
}

module "tables" {
  source = "./modules/tables"

  definitions         = local.tables
  existing            = var.existing_tables
  deletion_protection = var.deletion_protection
  kms_key_arn         = module.encryption.key_arn
}

module "tools" {
  source = "./modules/tools"
  count  = local.with_tools ? 1 : 0

  name               = var.service_name
  image_uri          = var.tools_image_uri
  execution_role_arn = module.service.execution_role_arn
  log_group_name     = module.service.log_group_name
  table_arns         = values(module.tables.arns)
  aws_region         = var.aws_region
  account_id         = local.account_id
}
