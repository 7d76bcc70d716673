# The key of the HMAC that stands in the audit in place of an id. With another key, ids of before cannot be looked for, so
# it is not rotated.

resource "aws_secretsmanager_secret" "audit_key" {
  # checkov:skip=CKV2_AWS_57:with another key, the ids in the log of before cannot be looked for
  name                    = "${var.service_name}/audit-key"
  description             = "AUDIT_KEY of the service: the key of the HMAC of the ids that are asked for."
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "audit_key" {
  secret_id = aws_secretsmanager_secret.audit_key.id
  # As for the cursor keys: seen by nobody, and written once.
  secret_string_wo         = base64sha256(join("", [uuid(), uuid(), uuid()]))
  secret_string_wo_version = 1
}
