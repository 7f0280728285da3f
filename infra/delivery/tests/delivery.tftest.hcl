# Run by `terraform test`, with no account: the provider is a mock.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/mock" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:123456789012:mock" }
  }
  mock_resource "aws_codestarconnections_connection" {
    defaults = { arn = "arn:aws:codestar-connections:eu-central-1:123456789012:connection/mock" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
}

variables {
  region       = "eu-central-1"
  project      = "shop"
  environment  = "prod"
  repository   = "acme/shop"
  state_bucket = "shop-state-123456789012"
}

run "a_push_is_checked_planned_approved_and_applied" {
  command = apply

  assert {
    condition     = aws_codepipeline.delivery[0].stage[*].name == tolist(["Source", "Check", "Plan", "Approve", "Apply"])
    error_message = "The stages stand in another order."
  }
  assert {
    condition     = aws_codepipeline.delivery[0].stage[0].action[0].configuration.BranchName == "main"
    error_message = "A push to main deploys."
  }
  assert {
    condition     = aws_codepipeline.delivery[0].stage[0].action[0].provider == "CodeStarSourceConnection"
    error_message = "The source comes by a connection."
  }
  assert {
    condition     = strcontains(aws_codepipeline.delivery[0].stage[4].action[0].configuration.EnvironmentVariables, "#{plan.PLAN_SHA256}")
    error_message = "Apply must know which plan was approved."
  }
  assert {
    condition     = strcontains(aws_codepipeline.delivery[0].stage[3].action[0].configuration.ExternalEntityLink, "plan.PLAN_URL")
    error_message = "Who approves must be shown the plan."
  }
  assert {
    condition     = length(aws_codebuild_project.build["apply"].cache) == 0
    error_message = "What is applied must not come from a cache."
  }
  assert {
    condition     = aws_iam_role.pipeline[0].name == "shop-prod-delivery-pipeline"
    error_message = "Names begin with project and environment."
  }
  assert {
    condition     = output.github.STATE_KEY == "shop/stack.tfstate"
    error_message = "Unless told otherwise, the state is the one that infra/state prints a backend for."
  }
}

run "the_approval_can_be_switched_off" {
  command = apply
  variables {
    manual_approval = false
    approval_mails  = ["ops@example.com"]
  }
  assert {
    condition     = aws_codepipeline.delivery[0].stage[*].name == tolist(["Source", "Check", "Plan", "Apply"])
    error_message = "Nobody is asked."
  }
  assert {
    condition     = length(aws_sns_topic.approval) == 0
    error_message = "Nobody is told either."
  }
}

run "who_approves_is_told_by_mail" {
  command = apply
  variables {
    approval_mails = ["ops@example.com"]
  }
  assert {
    condition     = aws_codepipeline.delivery[0].stage[3].action[0].configuration.NotificationArn == aws_sns_topic.approval[0].arn
    error_message = "The approval must go to the topic."
  }
}

run "a_connection_that_is_there_is_used" {
  command = apply
  variables {
    connection_arn = "arn:aws:codestar-connections:eu-central-1:123456789012:connection/theirs"
  }
  assert {
    condition     = length(aws_codestarconnections_connection.source) == 0
    error_message = "No second connection."
  }
  assert {
    condition     = aws_codepipeline.delivery[0].stage[0].action[0].configuration.ConnectionArn == var.connection_arn
    error_message = "Theirs is taken."
  }
}

run "github_actions_alone_need_no_pipeline" {
  command = apply
  variables {
    codepipeline   = false
    github_actions = true
  }
  assert {
    condition     = length(aws_codepipeline.delivery) + length(aws_codebuild_project.build) + length(aws_codestarconnections_connection.source) == 0
    error_message = "Nothing of CodePipeline is made."
  }
  assert {
    condition     = jsondecode(aws_iam_role.step["apply"].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:acme/shop:environment:prod"
    error_message = "Only jobs of the environment may apply."
  }
  assert {
    condition     = jsondecode(aws_iam_role.step["plan"].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:acme/shop:ref:refs/heads/main"
    error_message = "Only the branch may plan."
  }
  assert {
    condition     = jsondecode(aws_iam_role.step["check"].assume_role_policy).Statement[0].Effect == "Deny"
    error_message = "Nobody is to take the role of the check."
  }
}

run "the_account_has_github_already" {
  command = apply
  variables {
    github_actions    = true
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
  }
  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "An account has one provider of GitHub."
  }
}

run "names_that_are_too_long_are_refused" {
  command = plan
  variables {
    project = "a-project-with-a-long-name-of-its-own"
  }
  expect_failures = [var.environment]
}

run "what_is_no_repository_is_refused" {
  command = plan
  variables {
    repository = "https://github.com/acme/shop"
  }
  expect_failures = [var.repository]
}

run "what_names_nothing_or_everything_is_refused" {
  command = plan
  variables {
    branch            = "*"
    connection_arn    = "*"
    approval_mails    = ["ops"]
    oidc_provider_arn = "*"
    state_bucket      = "s3://shop-state"
    state_key         = "*"
    project_folder    = "../other"
    plan_days         = 0
  }
  expect_failures = [
    var.branch, var.connection_arn, var.approval_mails, var.oidc_provider_arn, var.state_bucket, var.state_key,
    var.project_folder, var.plan_days,
  ]
}
