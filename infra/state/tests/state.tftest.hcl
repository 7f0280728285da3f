# Run by `terraform test`, with no account: the provider is a mock.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  region  = "eu-central-1"
  project = "shop"
}

# The bucket may not be destroyed, not even at the end of a test: it is only planned.
run "a_bucket_with_versions_and_a_lock" {
  command = plan

  assert {
    condition     = aws_s3_bucket.state.bucket == "shop-state-123456789012"
    error_message = "One for each account."
  }
  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "An earlier state can be had again."
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.state.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "Without TLS nobody gets in."
  }
  assert {
    condition     = aws_s3_bucket_public_access_block.state.block_public_policy && aws_s3_bucket_public_access_block.state.restrict_public_buckets
    error_message = "It is never public."
  }
  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "It is encrypted, without a key of KMS by S3's own."
  }
}

run "a_name_that_no_bucket_can_have" {
  command = plan
  variables {
    project = "Shop"
  }
  expect_failures = [var.project]
}
