data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition

  # What `make dist` built.
  dist = "${path.root}/../../dist"

  # tools/deploy builds the packages for the same Python.
  python_runtime = "python${jsondecode(file("${path.root}/../runtime.json")).python}"

  tables        = jsondecode(file("${path.root}/../tables.json"))
  queried_table = "notification-records"

  # The image and the packages are of one build: its tag, or digest, is the build id of the functions too.
  build_id = reverse(split(":", var.image_uri))[0]

  # Said in the contracts' policy and in infra/ecs/templates as well.
  stage_name     = "v1"
  container_port = 8000

  with_tools = var.tools_image_uri != ""

  placeholders = {
    aws_region      = var.aws_region
    aws_account_id  = local.account_id
    task_role_arn   = module.service.task_role_arn
    vpc_endpoint_id = module.network.execute_api_endpoint_id
  }
}

# A tag that stays the same says nothing of what runs, and can be pushed once only.
check "image_is_named_for_good" {
  assert {
    condition     = !endswith(var.image_uri, ":latest")
    error_message = "image_uri ends in :latest. Tags of the repository are immutable: push each build under a tag of its own, and roll back by naming an older one."
  }
}
