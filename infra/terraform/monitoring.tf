locals {
  # As common/logs.py and the hops' log lines have them.
  metrics_namespace = "push-records"
  hops              = ["query_lambda", "service", "result_lambda"]

  functions = ["query-lambda${var.name_suffix}", "query-result-lambda${var.name_suffix}"]

  # Groups of the hops' own lines, in the order of a request.
  hop_logs = [module.query_lambda.log_group_name, module.service.log_group_name, module.query_result_lambda.log_group_name]

  apis = merge(
    {
      PublicApi   = { name = module.public_api.name, stage = module.public_api.stage_name }
      InternalApi = { name = module.internal_api.name, stage = module.internal_api.stage_name }
    },
    # During the move: the API that callers use, and its canary's share.
    { for label, stage in local.existing_stages : label => { name = var.existing_api.name, stage = stage, runbook = "publicapi-5xx" } },
  )
}

module "alarms" {
  source = "./modules/alarms"

  name          = var.service_name
  email         = var.alarm_email
  runbook       = var.runbook_url
  cluster_name  = module.service.cluster_name
  service_name  = module.service.service_name
  load_balancer = module.load_balancer.arn_suffix
  target_group  = module.load_balancer.target_group_arn_suffix
  functions     = local.functions
  tables        = module.tables.indexes
  apis          = local.apis
  name_suffix   = var.name_suffix
  account_id    = local.account_id
  namespace     = local.metrics_namespace
  hops          = local.hops
  kms_key_arn   = module.encryption.key_arn
}

module "dashboard" {
  source = "./modules/dashboard"

  name          = var.service_name
  aws_region    = var.aws_region
  cluster_name  = module.service.cluster_name
  service_name  = module.service.service_name
  load_balancer = module.load_balancer.arn_suffix
  target_group  = module.load_balancer.target_group_arn_suffix
  functions     = local.functions
  tables        = module.tables.indexes
  apis          = local.apis
  namespace     = local.metrics_namespace
  hops          = local.hops
  alarm_arns    = module.alarms.arns
  thresholds    = module.alarms.thresholds
  hop_logs      = local.hop_logs
  gateway_logs  = [module.public_api.access_log_name, module.internal_api.access_log_name]
}
