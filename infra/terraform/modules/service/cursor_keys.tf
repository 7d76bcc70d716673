# The first key is made here and seen by nobody: neither plan nor state holds it. Keys are rotated by hand, by putting
# a new value in front (docs/operations.md); Terraform leaves a value alone until its version below changes.

resource "aws_secretsmanager_secret" "cursor_keys" {
  # checkov:skip=CKV2_AWS_57:keys are rotated by hand, since old cursors must stay readable for a day
  name        = "${var.service_name}/cursor-keys"
  description = "CURSOR_KEYS of the service: kid:base64 of 32 bytes, by commas; the first one seals."
  kms_key_id  = var.kms_key_arn
  # Without protection the name is free again at once, for the next stack of dev.
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "cursor_keys" {
  secret_id = aws_secretsmanager_secret.cursor_keys.id
  # 32 bytes from three random UUIDs of 122 bits each, drawn anew at every run and written by the first one alone.
  secret_string_wo         = "k1:${base64sha256(join("", [uuid(), uuid(), uuid()]))}"
  secret_string_wo_version = 1
}
